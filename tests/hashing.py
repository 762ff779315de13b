"""Passwords of the tests: the product's algorithm, quick, and readable by every process of the product."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    iterations = 1
