"""What the rules are called where they stand without a case: in figures, filters and files."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLES: dict[str, str | Promise] = {
    "tax_number": _("Same tax number"),
    "name_and_country": _("Same name and country"),
    "name": _("Same name, a country not known"),
    "name_other_country": _("Same name in another country"),
    "name_generic": _("Same name that many use"),
    "look_alike": _("Letters that look alike"),
    "family": _("Parent or subsidiary"),
    "domain": _("Same web domain"),
    "domain_other_name": _("Same web domain under another name"),
    "domain_of_many": _("Same web domain that many use"),
    "same_words": _("Same words in another order or language"),
    "other_reading": _("Another reading of the name"),
    "similar_words": _("Most words the same"),
    "similar_letters": _("Spelt almost the same"),
    "part_of_name": _("One name part of the other"),
    "acronym": _("Initials"),
    "name_of_domain": _("Name like the web domain"),
    "same_brand": _("Web domain under another suffix"),
}


def title_of(rule: str) -> str:
    """A rule of an earlier engine keeps its code."""
    return str(TITLES.get(rule, rule))
