"""What the two sides of the world own beside their registrations."""

from urllib.parse import urlencode

from deals.tenders.actions import note_tender
from deals.tenders.models import Tender
from partners.imports.actions import upload
from partners.models import Account, AccountImport
from prm.announcements.actions import write
from prm.announcements.models import Announcement
from prm.clocks.database import database_now
from prm.filters import actions as filters
from prm.filters.models import SavedFilter
from tests.factories import Cast, Team


def make_import(cast: Cast, name: str) -> AccountImport:
    content = f"id,name\n{name},{name}\n,nameless\n".encode()
    return upload(file_name=f"{name}.csv", content=content, by=cast.admin, now=database_now())


def make_views(team: Team, name: str) -> list[SavedFilter]:
    """One that the colleagues read, and one for oneself."""
    about = {"list_name": "deals", "now": database_now()}
    return [
        filters.save_view(**about, name=name[:60], query=urlencode({"q": name}), shared=True, by=team.admin),
        filters.save_view(**about, name=name[:60], query=urlencode({"q": name}), by=team.rep),
    ]


def announce(cast: Cast, team: Team, text: str) -> Announcement:
    """To partners of one business model: the rival is of another."""
    values = {"title": text[:120], "text": text, "audience": [f"model:{team.partner.model}"], "by_mail": True}
    return write(values=values, by=cast.admin, now=database_now())


def note(cast: Cast, account: Account, source: str) -> Tender:
    now = database_now()
    return note_tender(account=account, published_on=now.date(), source=source, by=cast.pam, now=now)
