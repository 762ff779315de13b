"""Roots of days: after the day, once, in order, and telling no volume."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.core.management import call_command

from prm.clocks.database import database_now
from prm.signing import jws, merkle
from prm.signing.models import Link, Root, SigningKey
from prm.signing.publishing import publish_roots
from prm.signing.selectors import chain_of, inclusion_of
from prm.signing.tasks import publish_roots as publish_task
from prm.signing.tasks import verify_receipts as verify_task
from tests.factories import Cast, make_approved, make_registration

DAY = timedelta(days=1)


def test_day_is_published_when_it_is_over(cast: Cast) -> None:
    now = database_now()
    assert publish_roots(now=now + DAY) == 0
    deal = make_approved(cast.helix)
    links = chain_of("deal", deal.public_id)
    assert publish_roots(now=now) == 0

    assert [publish_roots(now=now + DAY), publish_roots(now=now + DAY)] == [1, 0]
    root = Root.objects.get()
    assert (root.seq, root.day) == (1, links[0].day)
    for link, entry in zip(links, inclusion_of(links), strict=True):
        assert entry["root"] == root.jws
        assert merkle.climbed(link.digest, entry["path"]) == root.root


def test_late_days_are_caught_up_and_chained(cast: Cast) -> None:
    make_registration(cast.helix)
    assert publish_roots(now=database_now() + 4 * DAY) == 4
    roots = list(Root.objects.order_by("seq"))
    said = [jws.read(root.jws).claims for root in roots]

    assert [one["prev"] for one in said] == [None, *(root.digest for root in roots[:-1])]
    assert [one["day"] for one in said] == [root.day.isoformat() for root in roots]
    assert {after.day - before.day for before, after in pairwise(roots)} == {DAY}
    # A day without receipts cannot be told from the others.
    assert len({root.root for root in roots}) == 4


def test_what_comes_late_is_in_the_next_root(cast: Cast) -> None:
    """Should a clock go back, or a root be published too early, no receipt is left out."""
    first = make_registration(cast.helix)
    publish_roots(now=database_now() + DAY)
    second = make_registration(cast.helix)
    days = [Link.objects.get(subject_id=deal.public_id).day for deal in (first, second)]

    assert days[1] - days[0] == DAY


def test_scheduled_tasks_and_command_do_it(cast: Cast, settings: Any, capsys: Any) -> None:
    make_registration(cast.helix)
    publish_task()
    verify_task()
    settings.PRM_DEMO = True
    call_command("publish_roots", "--now", (database_now() + DAY).isoformat())

    assert capsys.readouterr().out.strip() == "1 published."
    assert Root.objects.count() == 1


def test_root_waits_for_a_key_that_can_be_opened(cast: Cast) -> None:
    make_registration(cast.helix)
    SigningKey.objects.update(sealed="nothing that opens")

    assert publish_roots(now=database_now() + DAY) == 0
