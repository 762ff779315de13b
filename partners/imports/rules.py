"""Which column means what, guessed from its title. Plain values; no Django, no database."""

import re
from collections.abc import Sequence

from partners.customers.rows import COLUMNS, REQUIRED

# Titles that other systems give their columns, in lower case without anything but letters and digits.
ALSO = {
    "external_id": {"id", "accountid", "customerid", "crmid", "externalid", "customernumber", "kundennummer", "number"},
    "name": {"name", "accountname", "company", "companyname", "customer", "customername", "firma", "kunde"},
    "country": {"country", "countrycode", "billingcountry", "billingcountrycode", "land"},
    "city": {"city", "town", "billingcity", "ort", "stadt"},
    "website": {"website", "url", "web", "homepage", "domain"},
    "email": {"email", "mail", "emailaddress", "contactemail"},
    "tax_number": {"taxnumber", "vat", "vatid", "vatnumber", "taxid", "ustid"},
    "owner_email": {"owneremail", "owner", "accountowner", "accountmanager", "salesrep"},
    "named_account": {"namedaccount", "named", "keyaccount", "strategic"},
    "relation": {"relation", "relationship", "status", "type", "art"},
    "contact": {"contact", "contactname", "responsible", "ansprechpartner"},
    "customer_since": {"customersince", "since", "startdate"},
}


def guessed(header: list[str], fields: Sequence[str] = COLUMNS) -> list[str]:
    """A field for each title, or ""; no field twice."""
    taken: set[str] = set()
    found = []
    for title in header:
        field = _meant(title, fields)
        found.append("" if field in taken else field)
        taken.add(field)
    return found


def _meant(title: str, fields: Sequence[str]) -> str:
    plain = re.sub(r"[^0-9a-zà-ÿ]", "", title.lower())
    return next((field for field in fields if plain == field.replace("_", "") or plain in ALSO[field]), "")


def missing(columns: list[str]) -> list[str]:
    return [field for field in REQUIRED if field not in columns]


def doubled(columns: list[str]) -> list[str]:
    return sorted({field for field in columns if field and columns.count(field) > 1})
