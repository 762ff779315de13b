"""Backups: one file that holds the database as one moment saw it, and the files that belong to it."""
