"""Proofs handed in, accepted, declined and withdrawn; and people who move on."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from enablement.certificates.models import Certificate
from enablement.certificates.rules import months_after
from enablement.certification.actions import archive_certification
from enablement.claims.actions import decide_claim, is_address, withdraw_claim
from enablement.claims.models import Claim
from enablement.claims.policies import can_decide, can_withdraw
from enablement.sockets import proofs_waiting, renewals_open
from partners.models import Capability
from prm.accounts.actions import accept_invitation, end_membership, invite
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.enablement.making import awarded, claimed, make_certification, moved
from tests.factories import PASSWORD, Cast


def decided(claim: Claim, by: User, **given: Any) -> Claim:
    return decide_claim(claim=claim, **{"accept": True, **given}, by=by, now=database_now())


def test_proof_waits_for_the_account_manager(cast: Cast) -> None:
    claim = claimed(cast.helix.rep, make_certification(cast.admin))

    assert claim.is_open
    assert claim.due_at > claim.created_at
    event = Event.objects.get(kind="claim.handed_in")
    assert event.data == {"certification": claim.certification.public_id}
    assert [notice.user for notice in Notice.objects.filter(kind="claim.to_decide")] == [cast.pam]


@pytest.mark.parametrize("who", ["pam", "admin"])
def test_accepted_it_is_a_certificate(cast: Cast, who: str) -> None:
    claim = claimed(cast.helix.rep, make_certification(cast.admin))

    found = decided(claim, getattr(cast, who))

    assert (found.state, found.decided_by) == ("granted", getattr(cast, who))
    row = Certificate.objects.get()
    assert (row, row.source, row.earned_on) == (found.certificate, "proof", claim.earned_on)
    assert row.ends_on == months_after(claim.earned_on, 24)
    assert Capability.objects.get().partner == cast.helix.partner


def test_accepted_it_renews_from_the_old_end(cast: Cast) -> None:
    row = moved(awarded(cast, cast.helix.rep), 30)

    found = decided(claimed(cast.helix.rep, row.certification), cast.pam)

    assert found.certificate == row
    assert Certificate.objects.get().ends_on == months_after(row.ends_on, 24)


@pytest.mark.parametrize("who", ["pam2", "seller", "expert", "finance", "executive"])
def test_others_decide_nothing(cast: Cast, who: str) -> None:
    claim = claimed(cast.helix.rep, make_certification(cast.admin))

    with pytest.raises(NotAllowed):
        decided(claim, getattr(cast, who))
    assert not can_decide(getattr(cast, who), claim)


def test_without_an_account_manager_every_one_of_them_decides(cast: Cast) -> None:
    cast.helix.partner.pam = None
    cast.helix.partner.save()

    assert decided(claimed(cast.helix.rep, make_certification(cast.admin)), cast.pam2).state == "granted"


def test_nobody_decides_the_own_one(cast: Cast) -> None:
    claim = claimed(cast.helix.rep, make_certification(cast.admin))
    claim.user = cast.pam
    claim.save()

    with pytest.raises(NotAllowed):
        decided(claim, cast.pam)


def test_declined_with_reason_and_message(cast: Cast) -> None:
    claim = claimed(cast.helix.rep, make_certification(cast.admin))
    for given, fields in (
        ({"reason": "", "message": "x"}, ["reason"]),
        ({"reason": "too_old", "message": " "}, ["message"]),
        ({"reason": "x", "message": ""}, ["reason", "message"]),
    ):
        with pytest.raises(InvalidInput) as refused:
            decided(claim, cast.pam, accept=False, **given)
        assert list(refused.value.errors) == fields

    found = decided(claim, cast.pam, accept=False, reason="too_old", message="Of 2019.")

    assert (found.state, found.certificate) == ("declined", None)
    [notice] = Notice.objects.filter(kind="claim.decided")
    assert (notice.user, "Of 2019." in notice.body) == (cast.helix.rep, True)
    assert Event.objects.get(kind="claim.declined").data == {"reason": "too_old"}


@pytest.mark.parametrize("first", ["granted", "declined", "withdrawn"])
def test_decided_once(cast: Cast, first: str) -> None:
    claim = claimed(cast.helix.rep, make_certification(cast.admin))
    if first == "withdrawn":
        withdraw_claim(claim=claim, by=cast.helix.rep, now=database_now())
    else:
        decided(claim, cast.pam, accept=first == "granted", reason="other", message="No.")

    for verb in (
        lambda: decided(claim, cast.pam),
        lambda: withdraw_claim(claim=claim, by=cast.helix.rep, now=database_now()),
    ):
        with pytest.raises(StateConflict) as refused:
            verb()
        assert refused.value.state == first


def test_one_waits_at_a_time(cast: Cast) -> None:
    what = make_certification(cast.admin)
    claimed(cast.helix.rep, what)

    with pytest.raises(StateConflict) as refused:
        claimed(cast.helix.rep, what)
    assert refused.value.code == "claimed"
    assert claimed(cast.helix.engineer, what).is_open


def test_only_who_handed_it_in_withdraws(cast: Cast) -> None:
    claim = claimed(cast.helix.rep, make_certification(cast.admin))

    for person in (cast.helix.admin, cast.pam, cast.admin):
        assert not can_withdraw(person, claim)
        with pytest.raises(NotAllowed):
            withdraw_claim(claim=claim, by=person, now=database_now())
    assert withdraw_claim(claim=claim, by=cast.helix.rep, now=database_now()).withdrawn_by == cast.helix.rep


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"issuer": " "}, "issuer"),
        ({"text": "Too short."}, "text"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "issuer.example/1"}, "link"),
        ({"link": "https://user:secret@issuer.example"}, "link"),
    ],
)
def test_what_is_missing_is_said_at_its_field(cast: Cast, changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        claimed(cast.helix.rep, make_certification(cast.admin), **changes)
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("https://issuer.example/verify?id=1", True),
        ("http://issuer.example", True),
        ("ftp://issuer.example", False),
        ("data:text/html,x", False),
        ("//issuer.example", False),
        ("https://[", False),
    ],
)
def test_address_that_a_reviewer_may_open(text: str, fine: bool) -> None:
    assert is_address(text) is fine


def test_there_must_be_something_to_earn(cast: Cast) -> None:
    held = awarded(cast, cast.helix.rep)
    archived, by_award = make_certification(cast.admin), make_certification(cast.admin, proof="award")
    archive_certification(certification=archived, by=cast.admin, now=database_now())

    for what, code in ((held.certification, "too_early"), (archived, "archived"), (by_award, "no_proof")):
        with pytest.raises(StateConflict) as refused:
            claimed(cast.helix.rep, what)
        assert refused.value.code == code
    with pytest.raises(InvalidInput):
        claimed(cast.helix.rep, make_certification(cast.admin, prerequisites=[by_award]))


def test_vendors_people_hand_in_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        claimed(cast.pam, make_certification(cast.admin))


def test_what_waits_is_work_of_who_decides(cast: Cast) -> None:
    claim, now = claimed(cast.helix.rep, make_certification(cast.admin)), database_now()

    for person, waits in ((cast.pam, True), (cast.admin, True), (cast.pam2, False), (cast.helix.admin, False)):
        found = [item.url for item in proofs_waiting(person, now, 10)]
        assert found == ([claim.get_absolute_url()] if waits else [])


def test_renewal_is_work_until_proof_of_it_waits(cast: Cast) -> None:
    rep, row = cast.helix.rep, awarded(cast, cast.helix.rep)
    assert renewals_open(rep, database_now(), 10) == []

    moved(row, 20)
    [item] = renewals_open(rep, database_now(), 10)
    assert item.title == row.certification.title
    claimed(rep, row.certification)
    assert renewals_open(rep, database_now(), 10) == []
    assert renewals_open(cast.pam, database_now(), 10) == []


def test_who_leaves_takes_the_certificates_along(cast: Cast) -> None:
    rep, row = cast.helix.rep, awarded(cast, cast.helix.rep)
    claim = claimed(rep, make_certification(cast.admin))
    assert rep.membership is not None

    end_membership(membership=rep.membership, by=cast.helix.admin, now=database_now())

    claim.refresh_from_db()
    assert (claim.state, claim.withdrawn_by) == ("withdrawn", cast.helix.admin)
    assert not Capability.objects.exists()
    assert Certificate.objects.living(database_now()).get() == row
    assert not Certificate.objects.visible_to(cast.helix.admin).exists()
    assert not Certificate.objects.visible_to(cast.pam).exists()
    assert Certificate.objects.visible_to(cast.admin).exists()


def test_who_moves_counts_for_the_new_partner(cast: Cast) -> None:
    rep, row = cast.helix.rep, awarded(cast, cast.helix.rep)
    asked = invite(
        organisation=cast.orbit.organisation,
        email=rep.email,
        roles=["sales_rep"],
        by=cast.orbit.admin,
        now=database_now(),
    )

    accept_invitation(invitation=asked, name="", password=PASSWORD, now=database_now())

    assert Capability.objects.get().partner == cast.orbit.partner
    assert Certificate.objects.visible_to(cast.orbit.admin).get() == row
    assert not Certificate.objects.visible_to(cast.helix.admin).exists()
    assert Certificate.objects.visible_to(User.objects.get(pk=rep.pk)).get() == row


SIGHT = {
    "helix.admin": "hr he",
    "helix.rep": "hr",
    "helix.engineer": "he",
    "helix.marketing": "",
    "orbit.admin": "or",
    "orbit.rep": "or",
    "pam": "hr he or",
    "pam2": "",
    "admin": "hr he or",
    "executive": "hr he or",
    "seller": "",
    "expert": "",
    "finance": "",
}


@pytest.mark.parametrize("who", SIGHT)
def test_who_sees_whose(cast: Cast, who: str) -> None:
    what = make_certification(cast.admin)
    people = {"hr": cast.helix.rep, "he": cast.helix.engineer, "or": cast.orbit.rep}
    rows = {name: awarded(cast, person, what) for name, person in people.items()}
    other = make_certification(cast.admin)
    claims = {name: claimed(person, other) for name, person in people.items()}
    reader: Any = cast
    for name in who.split("."):
        reader = getattr(reader, name)

    seen = Certificate.objects.visible_to(reader)
    assert {name for name, row in rows.items() if row in seen} == set(SIGHT[who].split())
    assert {name for name, claim in claims.items() if claim in Claim.objects.visible_to(reader)} == set(
        SIGHT[who].split()
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "odd"},
        {"state": "granted"},
        {"state": "declined"},
        {"state": "withdrawn"},
        {"reason": "other"},
        {"text": ""},
        {"issuer": ""},
    ],
)
def test_database_keeps_proofs_whole(cast: Cast, changes: dict[str, Any]) -> None:
    claim = claimed(cast.helix.rep, make_certification(cast.admin))

    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**changes)
