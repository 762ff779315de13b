"""Fills the wing of the demo."""
