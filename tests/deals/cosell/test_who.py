"""Who does what with a request and a co-sell: every person and every verb, in one table each."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from deals.cosell import actions, policies, stepping
from deals.cosell.models import CoSell
from deals.cosell.selectors import nameable
from deals.cosell.states import Party
from deals.registrations import actions as registrations
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, PrmError, StateConflict
from tests.deals.cosell.asking import active, ask, asked, fresh, step
from tests.factories import Cast, make_approved, make_user

ANSWERS = {None: "yes", NotAllowed: "no", InvalidInput: "name", StateConflict: "late"}
PEOPLE = (
    *("rep", "admin", "colleague", "engineer", "marketing", "rival"),
    *("pam", "pam2", "programme", "named", "owner", "seller", "finance", "executive", "expert"),
)
# yes: done · no: not theirs · name: they must name somebody else · late: the state does not allow it
TABLE = """
    #                     rep  adm  col  eng  mar  riv    pam  pm2  pro  nam  own  sel  fin  exe  xpt
    ask                   yes  yes  no   no   no   no     yes  no   name no   yes  no   no   no   no
    partner-asked accept  no   no   no   no   no   no     yes  no   name no   yes  no   no   no   no
    partner-asked decline no   no   no   no   no   no     yes  no   yes  no   yes  no   no   no   no
    partner-asked withdraw yes yes  no   no   no   no     no   no   no   no   no   no   no   no   no
    vendor-asked accept   yes  yes  no   no   no   no     no   no   no   no   no   no   no   no   no
    vendor-asked decline  yes  yes  no   no   no   no     no   no   no   no   no   no   no   no   no
    vendor-asked withdraw no   no   no   no   no   no     yes  no   yes  yes  yes  no   no   no   no
    active accept         no   no   no   no   no   no     late no   late late late no   no   no   no
    active withdraw       late late no   no   no   no     no   no   no   no   no   no   no   no   no
    active note           yes  yes  no   no   no   no     yes  no   yes  yes  yes  no   no   no   no
    active tick           no   no   no   no   no   no     yes  no   yes  yes  yes  no   no   no   no
    active end            yes  yes  no   no   no   no     yes  no   yes  yes  yes  no   no   no   no
    over note             late late no   no   no   no     late no   late late late no   no   no   no
    over tick             late late no   no   no   no     late no   late late late no   no   no   no
    over end              late late no   no   no   no     late no   late late late no   no   no   no
    over accept           no   no   no   no   no   no     late no   late late late no   no   no   no
"""


def rows() -> dict[str, list[str]]:
    found = {}
    for line in TABLE.strip().splitlines():
        if not line.strip().startswith("#"):
            words = line.split()
            found[" ".join(words[: -len(PEOPLE)])] = words[-len(PEOPLE) :]
    return found


def people(cast: Cast) -> dict[str, User]:
    """A colleague of the rep, the seller that is named, the one whose customer it is, and another one."""
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
        "named": cast.seller,
        "owner": make_user("owner@vendor.example", cast.vendor, "direct_seller"),
        "seller": make_user("other@vendor.example", cast.vendor, "direct_seller"),
        "finance": cast.finance,
        "executive": cast.executive,
        "expert": cast.expert,
    }


def stage(cast: Cast, owner: User, name: str) -> Any:
    """A deal of a customer of `owner`, and what is on it; the named seller is named wherever somebody is."""
    deal = make_approved(cast.helix)
    assert deal.account is not None
    deal.account.owner = owner
    deal.account.save()
    now = database_now()
    if name == "ask":
        return deal
    if name == "vendor-asked":
        return ask(deal, cast.pam, person=cast.seller)
    found = ask(deal, cast.helix.rep, steps=[step("vendor")])
    if name != "partner-asked":
        actions.accept(found=found, person=cast.seller, by=cast.pam, now=now)
    if name == "over":
        actions.end(found=found, result="done", by=cast.pam, now=now)
    return fresh(found)


def call(verb: str, on: Any, by: User) -> Callable[[], object]:
    now = database_now()
    about = {"found": on, "by": by, "now": now}
    calls: dict[str, Callable[[], object]] = {
        "ask": lambda: ask(on, by),
        "accept": lambda: actions.accept(**about),
        "decline": lambda: actions.decline(**about, reason="too_early"),
        "withdraw": lambda: actions.withdraw(**about),
        "note": lambda: stepping.add_step(**about, **step("partner", text="Another one")._asdict()),
        "tick": lambda: stepping.complete_step(**about, step=on.steps.get().public_id),
        "end": lambda: actions.end(**about, result="done"),
    }
    return calls[verb]


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
    everybody = people(cast)
    stages: dict[str, Any] = {}
    found: dict[str, list[str]] = {}
    for name in rows():
        place, _space, verb = name.partition(" ")
        if place not in stages:
            stages[place] = stage(cast, everybody["owner"], place)
        found[name] = [tried(call(verb or place, stages[place], everybody[who])) for who in PEOPLE]

    assert found == rows()


def test_whoever_may_is_offered_it_and_nobody_else(cast: Cast) -> None:
    """What the pages ask is what the verbs ask."""
    everybody = people(cast)
    owner = everybody["owner"]
    waiting, wanted, on = (stage(cast, owner, name) for name in ("partner-asked", "vendor-asked", "active"))
    offers: dict[str, Callable[[User], bool]] = {
        "partner-asked decline": lambda user: policies.can_answer(user, waiting),
        "partner-asked withdraw": lambda user: policies.can_withdraw(user, waiting),
        "vendor-asked accept": lambda user: policies.can_answer(user, wanted),
        "vendor-asked withdraw": lambda user: policies.can_withdraw(user, wanted),
        "active end": lambda user: policies.can_work(user, on),
    }
    told = {name: ["yes" if offer(everybody[who]) else "no" for who in PEOPLE] for name, offer in offers.items()}

    assert told == {name: rows()[name] for name in offers}


def test_who_can_be_named_by_whom(cast: Cast) -> None:
    """Whoever sells: nobody of the other side, nobody who has left, and for a seller of ours only the seller."""
    everybody = people(cast)
    deal = make_approved(cast.helix)
    registrations.share(registration=deal, colleague=cast.helix.engineer, by=cast.helix.rep, now=database_now())
    left = make_user("left@helix.example", cast.helix.organisation, "sales_rep")
    left.memberships.update(ended_at=database_now(), ended_by=cast.helix.admin)
    off = make_user("off@vendor.example", cast.vendor, "direct_seller")
    off.is_active = False
    off.save()
    names = {user.pk: name for name, user in everybody.items()}

    def named(by: str) -> set[str]:
        return {names[user.pk] for user in nameable(deal, everybody[by])}

    partner = {"rep", "admin", "colleague", "engineer"}
    vendor = {"pam", "pam2", "named", "owner", "seller"}
    assert {who: named(who) for who in ("rep", "admin", "pam", "programme", "named", "seller")} == {
        "rep": partner,
        "admin": partner,
        "pam": vendor,
        "programme": vendor,
        "named": {"named"},
        "seller": {"seller"},
    }
    assert not nameable(deal, User(pk=0, email="nobody@x.example")).exists()


def test_named_person_of_the_partner_works_without_being_the_registrant(cast: Cast) -> None:
    colleague = make_user("colleague@helix.example", cast.helix.organisation, "sales_rep")
    found = asked(cast, person=colleague)
    assert policies.can_withdraw(colleague, found)
    assert not policies.can_answer(colleague, found)
    found = actions.accept(found=found, person=cast.seller, by=cast.pam, now=database_now())
    assert policies.can_work(colleague, found)
    # Somebody else's organisation is nobody's here, whatever a row says.
    found.partner_person = cast.orbit.rep
    assert not policies.can_work(cast.orbit.rep, found)


def test_seller_whose_role_ended_reads_and_does_nothing(cast: Cast) -> None:
    found = active(cast)
    cast.seller.memberships.update(roles=["expert"])
    seller = User.objects.get(pk=cast.seller.pk)

    assert not CoSell.objects.visible_to(seller).exists()
    assert not policies.can_work(seller, found)
    assert policies.side_of(seller) == Party.VENDOR
