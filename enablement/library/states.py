"""Closed lists of the library."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemKind(models.TextChoices):
    PLAYBOOK = "playbook", _("Playbook")
    DECK = "deck", _("Deck")
    TECHNICAL = "technical", _("Technical document")
    DATASHEET = "datasheet", _("Data sheet")
    CASE_STUDY = "case_study", _("Case study")
    TEMPLATE = "template", _("Template")


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    GERMAN = "de", _("German")
    OTHER = "other", _("Another language")


class ItemState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class Use(models.TextChoices):
    OPENED = "opened", _("Opened")
    DOWNLOADED = "downloaded", _("Downloaded")


# How PostgreSQL takes the words of a language apart.
CONFIGS: dict[str, str] = {Language.ENGLISH: "english", Language.GERMAN: "german", Language.OTHER: "simple"}
TONES = {ItemState.DRAFT: "accent", ItemState.PUBLISHED: "good"}
