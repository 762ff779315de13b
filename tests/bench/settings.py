"""The product's own settings, with the bare views beside its pages."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare"
