"""Who is told of a message, and of what they are told."""

import pytest
from django.core import mail

from deals.registrations.models import Registration
from prm.accounts.models import Membership, User
from prm.clocks.database import database_now
from prm.notices import relay
from prm.notices.models import Notice
from tests.factories import Cast, make_registration, make_user, say


def told(public_id: str) -> list[str]:
    """Who hears of that message."""
    notices = Notice.objects.filter(key__startswith=f"{public_id}-")
    return sorted(notices.values_list("user__email", flat=True))


def leave(user: User) -> None:
    Membership.objects.filter(user=user).update(ended_at=database_now())


def test_account_manager_hears_of_the_partner(cast: Cast, deal: Registration) -> None:
    assert told(say(deal, cast.helix.rep).public_id) == ["pam@vendor.example"]


def test_registrant_hears_of_the_account_manager(cast: Cast, deal: Registration) -> None:
    assert told(say(deal, cast.pam).public_id) == ["rep@helix.example"]


def test_colleague_of_the_registrant_is_heard_by_both(cast: Cast, deal: Registration) -> None:
    assert told(say(deal, cast.helix.admin).public_id) == ["pam@vendor.example", "rep@helix.example"]


def test_who_wrote_before_hears_what_follows(cast: Cast, deal: Registration) -> None:
    say(deal, cast.helix.admin)
    say(deal, cast.pam2)
    say(deal, cast.admin, internal=True)

    assert told(say(deal, cast.helix.rep).public_id) == [
        *("admin@helix.example", "admin@vendor.example", "pam2@vendor.example", "pam@vendor.example"),
    ]


def test_nobody_hears_twice(cast: Cast, deal: Registration) -> None:
    for _ in range(3):
        say(deal, cast.helix.rep)

    assert told(say(deal, cast.helix.admin).public_id) == ["pam@vendor.example", "rep@helix.example"]


def test_writers_of_another_conversation_hear_nothing(cast: Cast, deal: Registration) -> None:
    say(make_registration(cast.helix), cast.helix.admin)
    say(make_registration(cast.orbit), cast.orbit.admin)

    assert told(say(deal, cast.pam).public_id) == ["rep@helix.example"]


def test_who_may_no_longer_read_hears_nothing(cast: Cast, deal: Registration) -> None:
    """Left, lost the right, or is not let in any more."""
    gone = make_user("gone@helix.example", cast.helix.organisation, "sales_rep")
    silent = make_user("silent@helix.example", cast.helix.organisation, "sales_rep")
    out = make_user("out@helix.example", cast.helix.organisation, "sales_rep")
    for user in (gone, silent, out):
        say(deal, user)
    leave(gone)
    Membership.objects.filter(user=silent).update(roles=["support"])
    User.objects.filter(pk=out.pk).update(is_active=False)

    assert told(say(deal, cast.pam).public_id) == ["rep@helix.example"]


def test_admins_hear_when_the_registrant_has_left(cast: Cast, deal: Registration) -> None:
    leave(cast.helix.rep)

    assert told(say(deal, cast.pam).public_id) == ["admin@helix.example"]


def test_account_manager_who_left_hears_nothing(cast: Cast, deal: Registration) -> None:
    leave(cast.pam)

    assert told(say(deal, cast.helix.rep).public_id) == []


def test_partner_without_account_manager_is_heard_by_earlier_writers(cast: Cast, deal: Registration) -> None:
    cast.helix.partner.pam = None
    cast.helix.partner.save()
    say(deal, cast.pam2)

    assert told(say(deal, cast.helix.rep).public_id) == ["pam2@vendor.example"]


@pytest.mark.parametrize("author", ["admin", "pam2"])
def test_internal_message_is_heard_by_the_vendor_alone(cast: Cast, deal: Registration, author: str) -> None:
    for user in (cast.helix.rep, cast.helix.admin, cast.pam2):
        say(deal, user)
    expected = {"pam@vendor.example", "pam2@vendor.example"} - {f"{author}@vendor.example"}

    assert told(say(deal, getattr(cast, author), internal=True).public_id) == sorted(expected)


def test_author_of_an_internal_message_is_told_nothing(cast: Cast, deal: Registration) -> None:
    assert told(say(deal, cast.pam, internal=True).public_id) == []


def test_notice_says_who_wrote_what_about_which_deal(cast: Cast, deal: Registration) -> None:
    made = say(deal, cast.pam, "Who signs?\nAnd when?")

    notice = Notice.objects.get(key=f"{made.public_id}-{cast.helix.rep.pk}")
    assert notice.title == f"A message about {deal.reference}: {deal.customer_name}"
    assert notice.body == f"{cast.pam.name}, Northwind:\n\nWho signs?\nAnd when?"
    assert notice.path == f"/deals/{deal.public_id}/#conversation"
    assert (notice.kind, notice.organisation) == ("thread.posted", cast.helix.organisation)


def test_notice_of_an_internal_message_belongs_to_the_vendor(cast: Cast, deal: Registration) -> None:
    made = say(deal, cast.admin, "Orbit holds it", internal=True)

    notice = Notice.objects.get(key=f"{made.public_id}-{cast.pam.pk}")
    assert notice.title == f"An internal message about {deal.reference}: {deal.customer_name}"
    assert (notice.kind, notice.organisation) == ("thread.posted_internally", cast.vendor)


def test_mail_leads_to_the_conversation(cast: Cast, deal: Registration, settings: pytest.FixtureRequest) -> None:
    while relay.run():
        continue
    mail.outbox.clear()

    say(deal, cast.pam, "Who signs?")
    while relay.run():
        continue

    sent = [(message.recipients(), str(message.body)) for message in mail.outbox]
    assert [recipients for recipients, _body in sent] == [["rep@helix.example"]]
    assert f"/deals/{deal.public_id}/#conversation" in sent[0][1]
    assert "Who signs?" in sent[0][1]


def test_bell_leads_to_the_conversation(cast: Cast, deal: Registration) -> None:
    from django.test import Client

    made = say(deal, cast.pam)
    notice = Notice.objects.get(key=f"{made.public_id}-{cast.helix.rep.pk}")
    client = Client()
    client.force_login(cast.helix.rep)

    answer = client.post(f"/notices/{notice.public_id}/open/", {"go": "1"})

    assert (answer.status_code, answer["Location"]) == (302, f"/deals/{deal.public_id}/#conversation")
