"""Every decision keeps what it rested on, and can be judged again under its own or another version."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from deals.decisions import actions as decisions
from deals.registrations.models import Registration
from deals.replays import actions
from deals.replays.actions import replay
from deals.replays.models import DecisionBasis, Replay, ReplayDifference
from deals.replays.selectors import bases, judged
from deals.rulebook import SCHEMA, DealRules
from deals.tenders.actions import note_tender
from partners.models import Account
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed
from prm.jobs.actions import work
from prm.jobs.models import Job
from prm.matching.rulebook import in_force as thresholds_in_force
from prm.policy.actions import publish_version
from prm.policy.models import PolicyVersion
from prm.policy.selectors import version_in_force
from tests.factories import Cast, make_account, make_approved, make_registration

DEFAULTS = DealRules().model_dump(mode="json")
NAMED = {"customer_name": "Brauerei Oberland", "customer_website": "brauerei-oberland.de", "customer_country": "DE"}


def published(cast: Cast, **values: Any) -> PolicyVersion:
    now = database_now()
    begins, last = now + timedelta(days=30), PolicyVersion.objects.filter(schema=SCHEMA).count()
    given = {"schema": SCHEMA, "values": {**DEFAULTS, **values}, "effective_from": begins}
    return publish_version(**given, after=last, by=cast.admin, now=now)


def weighing(kind: str, **changes: Any) -> dict[str, Any]:
    return {"precedence": {**DEFAULTS["precedence"], kind: {**DEFAULTS["precedence"][kind], **changes}}}


def rejected(cast: Cast, **values: Any) -> Registration:
    registration = make_registration(cast.orbit, **values)
    return decisions.reject(
        registration=registration, reason="not_qualified", message="No.", by=cast.pam, now=database_now()
    )


@pytest.fixture
def year(cast: Cast) -> dict[str, Registration]:
    """One decision of each kind: an approval, one of a named account, a rejection, one that was overridden."""
    make_account("Brauerei Oberland", website="brauerei-oberland.de", named_account=True)
    first = make_registration(cast.orbit, customer_website="werft-nordsee.de", customer_name="Werft Nordsee")
    later = make_registration(cast.helix, customer_website="werft-nordsee.de", customer_name="Werft Nordsee")
    now = database_now()
    over = decisions.approve(registration=later, override_reason="customer_choice", by=cast.pam, now=now)
    return {
        "plain": make_approved(cast.helix),
        "named": make_approved(cast.helix, **NAMED),
        "rejected": rejected(cast),
        "overridden": over,
        "beaten": decisions.reject(
            registration=first, reason="already_protected", message="Taken.", by=cast.pam, now=database_now()
        ),
    }


def differing(version: PolicyVersion | None) -> dict[str, list[str]]:
    """Aspects by the reference of the registration."""
    return {
        row.registration.reference: [difference.aspect for difference in row.differences]
        for row in judged(bases(), version)
        if row.differences
    }


def test_decision_keeps_what_it_rested_on(cast: Cast) -> None:
    deal = make_approved(cast.helix, **NAMED)

    basis = deal.basis

    assert basis.decided["products"] == [deal.lines.get().product_id]
    assert (basis.ruling["advice"], basis.ruling["days"], basis.ruling["rate"]) == ("exclusive", 90, "0.2")
    assert basis.thresholds == thresholds_in_force(database_now()).version
    assert basis.case["asked"]["business"] == {"open": 1, "progressed": 0, "closed": 0}


def test_under_their_own_versions_nothing_differs(cast: Cast, year: dict[str, Registration]) -> None:
    assert differing(None) == {}
    assert differing(version_in_force(SCHEMA, database_now())) == {}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"decision_business_days": 9}, {}),
        (weighing("hoarding", weight="block"), {}),
        (weighing("named_account", weight="block"), {"named": ["way"]}),
        (weighing("named_account", weight="hint"), {"named": ["advice"]}),
        (
            weighing("earlier_registration", weight="review"),
            {"overridden": ["advice", "way"]},
        ),
        (
            {"protection_days": 60},
            {"plain": ["protection"], "named": ["protection"], "overridden": ["protection"]},
        ),
        # The second open registration of each; what was looked at anyway keeps its reason.
        ({"hoarding_base": 1, "hoarding_span": 0}, {"plain": ["advice"], "rejected": ["advice"]}),
    ],
)
def test_changed_version_lists_exactly_the_decisions_that_differ(
    cast: Cast, year: dict[str, Registration], values: dict[str, Any], expected: dict[str, list[str]]
) -> None:
    found = differing(published(cast, **values))

    assert found == {year[name].reference: aspects for name, aspects in expected.items()}


def test_replay_asks_nothing_of_rows_that_changed_since(cast: Cast, year: dict[str, Registration]) -> None:
    """What is known of the customer, who else is open and how the partner stands are those of the decision."""
    brewery = Account.objects.get(name="Brauerei Oberland")
    now = database_now()
    note_tender(account=brewery, published_on=now.date(), source="Gazette", by=cast.pam, now=now)
    Account.objects.update(named_account=False, customer_since=now.date())
    cast.helix.partner.regions = ["FR"]
    cast.helix.partner.save()
    for _number in range(3):
        make_registration(cast.helix)

    assert differing(None) == {}
    assert differing(published(cast, **weighing("named_account", weight="block"))) == {year["named"].reference: ["way"]}


def test_few_decisions_are_replayed_at_once(cast: Cast, year: dict[str, Registration]) -> None:
    version = published(cast, **weighing("named_account", weight="block"))

    done = replay(version=version, by=cast.admin, now=database_now())

    assert (done.total, done.judged, done.differing, done.is_working, done.percent) == (5, 5, 1, False, 100)
    assert list(ReplayDifference.objects.values_list("registration", flat=True)) == [year["named"].pk]
    assert Event.objects.get(kind="rules.replayed").data == {"number": 2}
    assert not Job.objects.exists()


def test_many_are_replayed_portion_by_portion(
    cast: Cast, year: dict[str, Registration], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "PORTION", 2)
    asked = replay(version=published(cast, protection_days=60), by=cast.admin, now=database_now())
    make_approved(cast.helix)

    steps = []
    while work():
        asked.refresh_from_db()
        steps.append((asked.judged, asked.differing, asked.is_working))

    assert steps == [(2, 2, True), (4, 3, True), (5, 3, False)]


def test_replay_that_fails_again_and_again_is_given_up(
    cast: Cast, year: dict[str, Registration], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "PORTION", 2)
    asked = replay(version=published(cast), by=cast.admin, now=database_now())
    DecisionBasis.objects.update(case={})

    for _attempt in range(6):
        work()

    asked.refresh_from_db()
    assert (asked.failed_at is not None, asked.finished_at, asked.judged) == (True, None, 0)


def test_decisions_of_a_day_and_those_without_a_basis(cast: Cast, year: dict[str, Registration]) -> None:
    year["plain"].basis.delete()
    tomorrow = database_now().date() + timedelta(days=2)

    all_of_them = replay(version=published(cast), by=cast.admin, now=database_now())
    none = replay(version=published(cast), since=tomorrow, by=cast.admin, now=database_now())

    assert (all_of_them.total, all_of_them.without_basis) == (4, 1)
    assert (none.total, none.without_basis, none.is_working) == (0, 0, False)


def test_only_who_changes_the_rules_replays_and_only_rules(cast: Cast) -> None:
    version = version_in_force(SCHEMA, database_now())
    for user in (cast.pam, cast.executive, cast.helix.admin):
        with pytest.raises(NotAllowed):
            replay(version=version, by=user, now=database_now())
        assert not Replay.objects.visible_to(user).exists()

    with pytest.raises(InvalidInput):
        replay(version=thresholds_in_force(database_now()).version, by=cast.admin, now=database_now())


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("replay_decisions", *arguments, stdout=out)
    return out.getvalue()


def test_command_tells_which_and_why(cast: Cast, year: dict[str, Registration]) -> None:
    published(cast, **weighing("named_account", weight="block"))

    text, as_json = told("--version", "2"), json.loads(told("--version", "2", "--json"))

    reference = year["named"].reference
    assert text.startswith(
        f"{reference}  Way of the approval: free -> only with a reason to override (rule 3.3; a named"
    )
    assert text.endswith("1 of 5 decisions would differ.\n")
    assert {name: as_json[name] for name in ("decisions", "differing", "without_basis")} == {
        "decisions": 5,
        "differing": 1,
        "without_basis": 0,
    }
    assert [(row["reference"], row["differences"][0]["aspect"]) for row in as_json["differences"]] == [
        (reference, "way")
    ]


def test_command_without_a_version_finds_nothing(cast: Cast, year: dict[str, Registration]) -> None:
    year["plain"].basis.delete()

    assert told() == "0 of 4 decisions would differ.\n1 were made before their basis was kept.\n"
    assert told("--since", "2100-01-01") == "0 of 0 decisions would differ.\n"


@pytest.mark.parametrize("arguments", [("--version", "9"), ("--since", "yesterday")])
def test_command_refuses_what_there_is_not(cast: Cast, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        told(*arguments)


def test_page_asks_and_shows_what_differs(cast: Cast, year: dict[str, Registration]) -> None:
    version, client = published(cast, **weighing("named_account", weight="block")), Client()
    client.force_login(cast.admin)

    shown = client.post("/rules/replays/", {"version": version.public_id, "since": ""}, follow=True).content.decode()
    listed = client.get("/rules/replays/").content.decode()
    done = Replay.objects.get()
    file = b"".join(client.get(f"/rules/replays/differences/export/?replay={done.public_id}"))  # type: ignore[arg-type]

    assert year["named"].reference in shown
    assert "a named account: Stands in the way instead of Somebody looks at it" in shown
    assert year["plain"].reference not in shown
    assert "Version 2" in listed
    assert file.decode().count(year["named"].reference) == 1


def test_override_of_what_the_rules_put_in_the_way_is_kept(cast: Cast) -> None:
    make_account("Brauerei Oberland", website="brauerei-oberland.de", named_account=True)
    values = {**DEFAULTS, **weighing("named_account", weight="block")}
    now = database_now()
    publish_version(schema=SCHEMA, values=values, after=1, by=cast.admin, now=now)
    deal = make_registration(cast.helix, **NAMED)

    with pytest.raises(Exception, match=r"under rule 3\.3: Named account") as refused:
        decisions.approve(registration=deal, by=cast.pam, now=database_now())
    approved = decisions.approve(registration=deal, override_reason="correction", by=cast.pam, now=database_now())

    assert refused.value.code == "stands_in_the_way"  # type: ignore[attr-defined]
    assert approved.state == "approved"
    assert approved.basis.ruling["way"] == "override"
