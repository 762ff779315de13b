"""The page of matching: figures against pairs counted by hand, other thresholds, publishing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localtime

from deals.conflicts.actions import assess_pending
from deals.conflicts.comparing import side_of
from deals.conflicts.models import Finding
from deals.quality.actions import publish_thresholds
from deals.quality.selectors import by_rule
from deals.registrations.models import Registration
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.matching import Band, Evidence, Match
from prm.matching.feedback.actions import keep
from prm.matching.feedback.models import Judgement
from prm.matching.rulebook import SCHEMA, in_force
from prm.matching.rules import _MAY_BLOCK, _SENTENCES
from prm.matching.titles import TITLES, title_of
from prm.policy.models import PolicyVersion
from tests.deals.portal.conftest import Login
from tests.deals.portal.conftest import login as login
from tests.deals.portal.reading import errors, html, main
from tests.deals.test_api import Caller
from tests.factories import MUELLER, Cast, make_account, make_assessed

# Rules, score, ceiling, and what was said of as many pairs.
HISTORY: list[tuple[tuple[str, ...], float, Band, dict[str, int]]] = [
    (("name_and_country", "domain"), 0.97, Band.BLOCK, {"same": 3}),
    (("name_and_country",), 0.97, Band.BLOCK, {"same": 1, "different": 1}),
    (("domain_other_name",), 0.85, Band.BLOCK, {"different": 2}),
    (("similar_words",), 0.80, Band.REVIEW, {"same": 1, "different": 3}),
]


@pytest.fixture
def judged(cast: Cast) -> Registration:
    """One registration beside eleven customers."""
    deal, now = make_assessed(cast.helix, **MUELLER), database_now()
    policy = in_force(now).version
    for rules, score, ceiling, said in HISTORY:
        evidence = tuple(Evidence(rule, rule, score) for rule in rules)
        for verdict, count in said.items():
            for _ in range(count):
                keep(
                    *(side_of(deal), side_of(make_account())),
                    verdict=verdict,
                    reason="",
                    match=Match(score, Band.REVIEW, (*evidence, Evidence("other_city", "But")), 0.0, ceiling),
                    policy=policy,
                    version=0,
                    by=cast.pam,
                    now=now,
                )
    return deal


@pytest.fixture
def admin(cast: Cast, login: Login) -> Client:
    return login(cast.admin)


def found(cast: Cast, deal: Registration, score: float, ceiling: str, subject: str) -> None:
    Finding.objects.create(
        registration=deal, kind="earlier_registration", band="hint", score=score, ceiling=ceiling, matched="hint",
        subject_type="deal" if subject else "", subject_id=subject,
    )  # fmt: skip


# Precision


def test_rules_are_counted_as_by_hand(cast: Cast, judged: Registration) -> None:
    told = [(row.rule, row.precision.same, row.precision.different) for row in by_rule()]

    assert told == [
        ("domain_other_name", 0, 2),
        ("similar_words", 1, 3),
        ("name_and_country", 4, 1),
        ("domain", 3, 0),
    ]


def test_page_tells_the_figures_with_their_uncertainty(admin: Client, judged: Registration) -> None:
    said = main(admin.get("/matching/"))

    assert "For review from 78%, blocking from 90% · version 1 of the thresholds" in said
    assert "11 judged pairs" in said
    assert "Same web domain under another name 2 0 2 0% 0% – 66%" in said
    assert "Most words the same 4 1 3 25% 5% – 70%" in said
    assert "Same name and country 5 4 1 80% 38% – 96%" in said
    assert "Same web domain 3 3 0 100% 44% – 100%" in said
    assert said.index("Same web domain under another name") < said.index("Most words the same")


def test_wrong_ones_are_a_link_away(admin: Client, judged: Registration) -> None:
    page = html(admin.get("/matching/"))
    listed = html(admin.get("/matching/pairs/?rule=similar_words&verdict=different"))

    assert 'href="/matching/pairs/?rule=similar_words&amp;verdict=different"' in page
    assert listed.count(f'href="/deals/{judged.public_id}/compare/?with=acc_') == 3
    assert "Not the same" in listed


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 11),
        ("rule=domain", 3),
        ("verdict=same", 5),
        ("rule=name_and_country&verdict=different", 1),
        ("rule=family", 0),
    ],
)
def test_pairs_are_narrowed(admin: Client, judged: Registration, query: str, count: int) -> None:
    file = admin.get(f"/matching/pairs/export/?{query}")
    lines = b"".join(file).decode("utf-8-sig").splitlines()

    assert html(admin.get(f"/matching/pairs/?{query}")).count('class="row-link"') == count
    assert len(lines) == count + 1


def test_figures_leave_as_a_file(admin: Client, judged: Registration) -> None:
    lines = b"".join(admin.get("/matching/export/")).decode("utf-8-sig").splitlines()

    assert lines[:2] == [
        "Rule,Judged,The same,Not the same,Share,At least,At most",
        "Same web domain under another name,2,0,2,0.0,0.0,0.6576",
    ]


def test_page_without_judgements_says_how_to_begin(admin: Client) -> None:
    said = main(admin.get("/matching/"))

    assert "Nothing was judged yet" in said
    assert "choose Compare" in said


def test_every_rule_has_a_title() -> None:
    known = {*_MAY_BLOCK, *_SENTENCES, "name_generic", "look_alike", "family", "domain_of_many"}

    assert set(TITLES) == known
    assert title_of("of_an_older_engine") == "of_an_older_engine"


# Other thresholds on history


def test_trial_tells_who_would_move(admin: Client, judged: Registration) -> None:
    said = main(admin.get("/matching/?review_from=82&block_from=85"))

    assert "With review from 82% and blocking from 85%" in said
    assert "Blocks 4 the same, 1 not 4 the same, 3 not" in said
    assert "To review 1 the same, 5 not 0 the same, 0 not" in said
    assert "Hint 0 the same, 0 not 1 the same, 3 not" in said
    assert "To review → Blocks 0 the same, 2 not" in said
    assert "To review → Hint 1 the same, 3 not" in said


def test_trial_links_examples(admin: Client, judged: Registration) -> None:
    """At most five of each change."""
    page = html(admin.get("/matching/?review_from=82&block_from=100"))
    trial = page[page.index('id="trial"') : page.index("Precision by rule")]

    assert trial.count(f'href="/deals/{judged.public_id}/compare/?with=acc_') == 5 + 4


def test_trial_counts_stored_findings(admin: Client, cast: Cast) -> None:
    deal, other = make_assessed(cast.helix), make_assessed(cast.orbit)
    for score, ceiling in ((0.86, "block"), (0.85, "block"), (0.89, "review"), (0.86, "hint"), (0.97, "block")):
        found(cast, deal, score, ceiling, other.public_id)
    found(cast, deal, 0.86, "block", "")
    said = main(admin.get("/matching/?review_from=78&block_from=86"))

    assert f"To review → Blocks 1 finding {deal.reference} · {deal.customer_name}" in said
    assert "Judged pairs that would change None." in said


def test_trial_of_what_is_in_force_moves_nobody(admin: Client, judged: Registration) -> None:
    said = main(admin.get("/matching/?review_from=78&block_from=90"))

    assert "Judged pairs that would change None. Stored findings whose match would change None." in said


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("review_from=83&block_from=90", "review_from"),
        ("review_from=64&block_from=90", "review_from"),
        ("review_from=78&block_from=82", "block_from"),
        ("review_from=78&block_from=NaN", "block_from"),
        ("review_from=78&block_from=90.5", "block_from"),
        ("review_from=78", "block_from"),
    ],
)
def test_trial_out_of_bounds_is_refused_at_its_field(admin: Client, query: str, field: str) -> None:
    refused = admin.get(f"/matching/?{query}")

    assert refused.status_code == 400
    assert errors(refused, field) != ""


def test_trial_changes_nothing(admin: Client, judged: Registration) -> None:
    before = list(Judgement.objects.values()), PolicyVersion.objects.count()
    admin.get("/matching/?review_from=65&block_from=83")

    assert (list(Judgement.objects.values()), PolicyVersion.objects.count()) == before


# Publishing


def publish(cast: Cast, **given: Any) -> PolicyVersion:
    now = database_now()
    values = {"review_from": "0.70", "block_from": "0.85", "after": 1, "by": cast.admin, "now": now, **given}
    return publish_thresholds(**values)


def test_thresholds_count_from_their_moment_on(cast: Cast) -> None:
    abroad = {**MUELLER, "customer_country": "AT", "customer_website": "mueller.de", "customer_city": ""}
    first = make_assessed(cast.orbit, **{**abroad, "customer_name": "Nordlicht Chemie"})
    second = make_assessed(cast.helix, **{**MUELLER, "customer_website": "mueller.de"})
    before = second.findings.get()

    version = publish(cast)
    assess_pending()
    after = second.findings.get()

    assert (float(before.score), before.matched, before.policy.number) == (0.85, "review", 1)  # type: ignore[union-attr]
    assert (after.matched, after.band, after.policy) == ("block", "block", version)
    assert after.subject_id == first.public_id


def test_thresholds_of_tomorrow_change_nothing_today(cast: Cast) -> None:
    deal = make_assessed(cast.helix, **MUELLER)
    checked = deal.assessed_at
    publish(cast, effective_from=database_now() + timedelta(days=1))
    assess_pending()
    deal.refresh_from_db()

    assert deal.assessed_at == checked
    assert in_force(database_now()).version.number == 1
    tomorrow = database_now() + timedelta(days=2)
    assess_pending(now=tomorrow)
    deal.refresh_from_db()
    assert deal.assessed_at == tomorrow


def test_publishing_is_written_down(cast: Cast) -> None:
    version = publish(cast, note="Too many hints")
    event = Event.objects.get(kind="policy.published")

    assert (version.number, version.values, version.note, version.published_by) == (
        *(2, {"review_from": "0.70", "block_from": "0.85"}),
        *("Too many hints", cast.admin),
    )
    assert (event.actor_id, event.data) == (cast.admin.pk, {"schema": SCHEMA, "number": 2})


def test_second_call_changes_nothing(cast: Cast) -> None:
    publish(cast)

    with pytest.raises(StateConflict, match="Version 2 was published meanwhile"):
        publish(cast)

    assert PolicyVersion.objects.filter(schema=SCHEMA).count() == 2


@pytest.mark.parametrize("name", ["pam", "executive", "seller"])
def test_who_may_not_change_rules_does_not_publish(cast: Cast, login: Login, name: str) -> None:
    with pytest.raises(NotAllowed):
        publish(cast, by=getattr(cast, name))
    page = login(getattr(cast, name)).get("/matching/")

    assert "Publish thresholds" not in html(page)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"review_from": "0.83"}, "review_from"),
        ({"block_from": "0.82"}, "block_from"),
        ({"block_from": "NaN"}, "block_from"),
        ({"effective_from": database_now}, "effective_from"),
    ],
)
def test_what_does_not_fit_is_refused(cast: Cast, given: dict[str, Any], field: str) -> None:
    values = {name: value() - timedelta(minutes=1) if callable(value) else value for name, value in given.items()}

    with pytest.raises(InvalidInput) as refused:
        publish(cast, **values)

    assert list(refused.value.errors) == [field]


def test_admin_publishes_on_the_page(admin: Client, cast: Cast) -> None:
    begins = localtime(database_now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    given = {"review_from": "70", "block_from": "95", "effective_from": begins, "note": "Fewer blocks", "after": "1"}
    answer = admin.post("/matching/publish/", given, follow=True)
    again = admin.post("/matching/publish/", given)

    assert "Version 2: review from 70%, blocks from 95%" in main(answer)
    assert "Fewer blocks" in main(answer)
    assert "version 1 of the thresholds" in main(answer)
    assert (again.status_code, PolicyVersion.objects.filter(schema=SCHEMA).count()) == (409, 2)


def test_page_keeps_what_was_refused(admin: Client) -> None:
    refused = admin.post("/matching/publish/", {"review_from": "99", "block_from": "95", "after": "1"})

    assert refused.status_code == 400
    assert errors(refused, "review_from", "publish") != ""


# Over the REST interface


def test_api_tells_the_figures(cast: Cast, judged: Registration) -> None:
    given = Caller(cast.admin).get("matching/quality?review_from=0.82&block_from=0.85").json()

    assert (given["review_from"], given["block_from"], given["policy_version"]) == (0.78, 0.9, 1)
    assert [(row["rule"], row["judged"], row["same"], row["different"]) for row in given["rules"]] == [
        ("domain_other_name", 2, 0, 2),
        ("similar_words", 4, 1, 3),
        ("name_and_country", 5, 4, 1),
        ("domain", 3, 3, 0),
    ]
    assert [(move["before"], move["after"], move["count"]) for move in given["trial"]["judged"]] == [
        ("review", "block", 2),
        ("review", "hint", 4),
    ]
    assert given["trial"]["judged"][0]["examples"][0]["deal"] == judged.public_id
    assert Caller(cast.admin).get("matching/quality").json()["trial"] is None


def test_api_wants_both_thresholds(cast: Cast) -> None:
    answer = Caller(cast.admin).get("matching/quality?review_from=0.80")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["block_from"])


def test_api_lists_judged_pairs(cast: Cast, judged: Registration) -> None:
    caller = Caller(cast.executive)
    asked = "matching/judgements?rule=similar_words&verdict=different"
    rows = caller.get(asked).json()["results"]
    first = caller.get(f"{asked}&page_size=2").json()
    second = caller.get(first["next"].partition("/api/v1/")[2]).json()
    one = rows[0]

    assert len(rows) == 3
    assert first["results"] + second["results"] == rows
    assert (one["pair"]["deal"], one["verdict"], one["score"], one["rules"]) == (
        *(judged.public_id, "different"),
        *(0.8, ["similar_words"]),
    )


def test_api_publishes(cast: Cast) -> None:
    caller = Caller(cast.admin)
    body = {"review_from": "0.70", "block_from": "0.95", "after": 1, "note": "Fewer blocks"}
    answer, again = caller.post("matching/thresholds", body), caller.post("matching/thresholds", body)
    listed = caller.get("matching/thresholds").json()["results"]

    assert (answer.status_code, again.status_code) == (201, 409)
    assert [(row["version"], row["review_from"], row["block_from"]) for row in listed] == [
        (2, 0.7, 0.95),
        (1, 0.78, 0.9),
    ]
