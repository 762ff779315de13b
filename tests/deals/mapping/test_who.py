"""Who does what with lists and consents: every person and every verb, in one table."""

from collections.abc import Callable

from django.db import transaction

from deals.mapping import actions, policies
from deals.mapping.models import MappedList, MappedRow
from partners.merges.actions import merge, undo
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, PrmError, StateConflict
from tests.deals.mapping.test_mapping import HEADER, MUELLER, brought, ours, seen, show
from tests.factories import Cast, make_account, make_user

ANSWERS = {None: "yes", NotAllowed: "no", InvalidInput: "bad", StateConflict: "none"}
PEOPLE = (
    *("rep", "admin", "colleague", "engineer", "marketing", "rival"),
    *("pam", "pam2", "programme", "owner", "seller", "finance", "executive", "expert"),
)
# yes: done · no: not theirs · bad: not among their customers · none: they have none to show
TABLE = """
    #              rep  adm  col  eng  mar  riv    pam  pm2  pro  own  sel  fin  exe  xpt
    bring          yes  yes  yes  no   no   yes    no   no   no   no   no   no   no   no
    start          yes  yes  no   no   no   no     no   no   no   no   no   no   no   no
    show           yes  yes  no   no   no   no     no   no   no   no   no   no   no   no
    hide           yes  yes  no   no   no   no     no   no   no   no   no   no   no   no
    delete         yes  yes  no   no   no   no     no   no   no   no   no   no   no   no
    show-owned     no   no   no   no   no   no     bad  bad  yes  yes  bad  no   no   no
    show-free      no   no   no   no   no   no     yes  bad  yes  bad  bad  no   no   no
    show-all       no   no   no   no   no   no     yes  none yes  yes  none no   no   no
    hide-all       no   no   no   no   no   no     none none yes  yes  none no   no   no
"""


def rows() -> dict[str, list[str]]:
    lines = [line.split() for line in TABLE.strip().splitlines() if not line.strip().startswith("#")]
    return {name: answers for name, *answers in lines}


def people(cast: Cast) -> dict[str, User]:
    helix = cast.helix
    return {
        "rep": helix.rep,
        "admin": helix.admin,
        "colleague": make_user("colleague@helix.example", helix.organisation, "sales_rep"),
        "engineer": helix.engineer,
        "marketing": helix.marketing,
        "rival": cast.orbit.admin,
        "pam": cast.pam,
        "pam2": cast.pam2,
        "programme": cast.admin,
        "owner": cast.seller,
        "seller": make_user("other@vendor.example", cast.vendor, "direct_seller"),
        "finance": cast.finance,
        "executive": cast.executive,
        "expert": cast.expert,
    }


def tried(act: Callable[[], object]) -> str:
    """What came of it; it is undone, so that the next person meets the same state."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except PrmError as error:
        return ANSWERS[type(error)]
    return ANSWERS[None]


def test_each_verb_is_open_to_whom_the_table_says(cast: Cast) -> None:
    everybody, now = people(cast), database_now()
    owned, free, shown = ours(cast), make_account("Free Works"), make_account("Shown Works", owner=cast.seller)
    given = brought(cast.helix)
    show(given, given.customers.get(number=2))
    partner = cast.helix.partner
    actions.show_accounts(partner=partner, accounts=[shown.public_id], by=cast.seller, now=now)
    waiting = actions.bring(name="x", header=HEADER, rows=[MUELLER], by=cast.helix.rep, now=now)

    def call(verb: str, by: User) -> Callable[[], object]:
        about = {"by": by, "now": now}
        calls: dict[str, Callable[[], object]] = {
            "bring": lambda: actions.bring(name="x", header=HEADER, rows=[MUELLER], **about),
            "start": lambda: actions.start(given=waiting, columns=HEADER, **about),
            "show": lambda: actions.show_rows(given=given, rows=None, **about),
            "hide": lambda: actions.hide_rows(given=given, rows=None, **about),
            "delete": lambda: actions.delete_list(given=given, **about),
            "show-owned": lambda: actions.show_accounts(partner=partner, accounts=[owned.public_id], **about),
            "show-free": lambda: actions.show_accounts(partner=partner, accounts=[free.public_id], **about),
            "show-all": lambda: actions.show_accounts(partner=partner, accounts=None, **about),
            "hide-all": lambda: actions.hide_accounts(partner=partner, accounts=None, **about),
        }
        return calls[verb]

    found = {verb: [tried(call(verb, everybody[who])) for who in PEOPLE] for verb in rows()}

    assert found == rows()


def test_pages_ask_what_the_verbs_ask(cast: Cast) -> None:
    everybody = people(cast)
    given = brought(cast.helix)
    may = {
        "bring": [policies.can_map(everybody[who]) for who in PEOPLE],
        "delete": [policies.can_change(everybody[who], given) for who in PEOPLE],
    }

    assert may == {verb: [answer == "yes" for answer in rows()[verb]] for verb in may}
    assert {who for who in PEOPLE if policies.can_show_accounts(everybody[who])} == {
        *("pam", "pam2", "programme", "owner", "seller"),
    }
    assert [who for who in PEOPLE if policies.shows_unowned(everybody[who], cast.helix.partner)] == ["pam"]


def test_everybody_reads_the_own_side_alone(cast: Cast) -> None:
    everybody = people(cast)
    mine, theirs = brought(cast.helix), brought(cast.orbit)
    lists = {who: set(MappedList.objects.visible_to(everybody[who])) for who in PEOPLE}

    assert {who for who, found in lists.items() if found == {mine}} == {"rep", "admin", "colleague", "marketing"}
    assert lists["rival"] == {theirs}
    assert all(found == set() for who, found in lists.items() if everybody[who].is_vendor or who == "engineer")


def test_merge_that_is_undone_gives_its_rows_back(cast: Cast) -> None:
    """What was agreed before counts again: nobody has taken it back."""
    account, other = ours(cast), make_account("Mueller Logistik Gruppe", owner=cast.seller)
    show(brought(cast.helix))
    about = {"partner": cast.helix.partner, "accounts": [account.public_id]}
    actions.show_accounts(**about, by=cast.seller, now=database_now())
    merged = merge(account=account, into=other, by=cast.pam, now=database_now())
    assert seen(cast.helix.rep) == []
    undo(given=merged, by=cast.pam, now=database_now())

    assert MappedRow.objects.get(number=2).account == account
    assert seen(cast.helix.rep) == [("Helix Systems", MUELLER[0])]
