"""The demo programme: made once for the whole file, because a year of deals takes seconds."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.db import transaction
from django.db.models import F

from config.management.commands.seed_demo import STILL_UNREAD, seed
from deals.conflicts.models import Finding
from deals.demo.crowd import count, customers
from deals.quality.selectors import by_rule
from deals.registrations.models import Registration
from deals.registrations.notices import on_wall
from deals.registrations.states import State
from partners.demo.cast import COMPANIES, address
from partners.models import Account, AccountMerge, AlikePair, CompanyList, Partner, RevenueFact
from prm.accounts.demo import LOGINS, PASSWORD
from prm.accounts.models import User
from prm.announcements.models import Announcement
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.filters.lists import form_of, kept_of
from prm.filters.models import SavedFilter
from prm.matching.feedback.models import Judgement
from prm.notices.choices.selectors import chosen
from prm.notices.models import Notice
from prm.registry import AlreadyRegistered
from prm.threads.models import Message

# A year of deals takes its time on a busy machine.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def started(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[datetime]:
    """The moment before the demo was made; all of it is undone after the last test of the file."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        now = database_now()
        seed()
        yield now
        transaction.set_rollback(True)


def people(slug: str) -> dict[str, list[str]]:
    users = User.objects.filter(email__endswith=f"@{slug}.example").order_by("email")
    return {user.email.partition("@")[0]: user.membership.roles for user in users if user.membership}


def of_partner(slug: str) -> Counter[str]:
    organisation = User.objects.get(email=address("admin", slug)).organisation
    return Counter(Registration.objects.filter(partner__organisation=organisation).values_list("state", flat=True))


def photograph() -> dict[str, str]:
    """Every row of every table of the product."""
    labels = (
        *("accounts", "announcements", "audit", "deals", "filters", "matching", "notices", "partners", "policy"),
        "threads",
    )
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: serialize("json", model._default_manager.order_by("pk")) for model in models}


def test_seed_demo_without_the_demo_refuses_in_one_sentence(settings, db: None) -> None:
    settings.PRM_DEMO = False
    with pytest.raises(
        CommandError, match=r"^The demo has passwords that everybody knows: set PRM_DEMO=1 if you mean it\.$"
    ):
        call_command("seed_demo")
    assert User.objects.count() == 0


def test_demo_people_log_in_with_the_known_password(started: datetime) -> None:
    advertised = sorted(email for _side, logins in LOGINS for email, _role in logins)
    assert [email for email in advertised if authenticate(username=email, password=PASSWORD) is None] == []


def test_demo_people_have_the_roles_of_their_desk(started: datetime) -> None:
    assert people("vendor") == {
        "admin": ["programme_admin"],
        "pam": ["pam"],
        "pam2": ["pam"],
        "seller": ["direct_seller"],
        "expert": ["expert"],
        "finance": ["finance"],
        "exec": ["executive"],
    }
    assert people("helix") == {
        "admin": ["partner_admin", "sales_rep"],
        "rep": ["sales_rep"],
        "marketing": ["marketing"],
        "engineer": ["presales_engineer"],
    }


def test_demo_rivals_have_the_same_account_manager_and_no_limits(started: datetime) -> None:
    rows = Partner.objects.filter(organisation__name__in=["Helix Systems", "Orbit Solutions"]).order_by("pk")
    shown = rows.values_list("organisation__name", "model", "pam__email", "regions", "segments")
    assert list(shown) == [
        ("Helix Systems", "msp", "pam@vendor.example", [], []),
        ("Orbit Solutions", "var", "pam@vendor.example", [], []),
    ]


def test_demo_partners_differ_in_model_country_and_zone(started: datetime) -> None:
    assert Partner.objects.count() == len(COMPANIES) == 12
    assert set(Partner.objects.values_list("pam__email", flat=True)) == {"pam@vendor.example", "pam2@vendor.example"}
    assert len(set(Partner.objects.values_list("model", flat=True))) == 10
    assert len(set(Partner.objects.values_list("organisation__time_zone", flat=True))) == 12


def test_demo_customers_come_through_the_import(started: datetime) -> None:
    imported = Account.objects.filter(external_id__startswith="ror-")
    assert imported.count() == 2000
    assert len(set(imported.values_list("country", flat=True))) > 200
    assert imported.filter(named_account=True, owner__email="seller@vendor.example").count() == 26
    assert imported.exclude(customer_since=None).count() == 116
    assert imported.filter(name_key="").count() == 0


def test_demo_registrations_are_in_every_state_but_reversed(started: datetime) -> None:
    states = Counter(Registration.objects.values_list("state", flat=True))
    assert sum(states.values()) == 154
    assert set(states) == set(State) - {State.REVERSED}
    assert set(of_partner("helix")) | set(of_partner("orbit")) == set(states)
    assert of_partner("helix").total() > 30
    assert of_partner("orbit").total() > 25


def test_demo_histories_run_in_the_order_of_time(started: datetime) -> None:
    submitted = Registration.objects.exclude(state=State.DRAFT)
    assert submitted.exclude(priority_at=F("submitted_at")).count() == 0
    assert submitted.filter(submitted_at__gt=started).count() == 0
    assert submitted.filter(decided_at__lt=F("submitted_at")).count() == 0
    assert submitted.filter(ended_at__lt=F("decided_at")).count() == 0
    in_line = submitted.order_by("priority_at", "priority_number").values_list("pk", flat=True)
    assert list(in_line) == list(submitted.order_by("priority_number").values_list("pk", flat=True))
    assert submitted.earliest("submitted_at").submitted_at < started - timedelta(days=300)
    assert Event.objects.filter(at__gt=database_now()).count() == 0


def test_demo_events_tell_the_same_place_as_the_registration(started: datetime) -> None:
    told = Event.objects.filter(kind="deal.submitted").values_list("subject_id", "data__priority_at")
    rows = Registration.objects.exclude(state=State.DRAFT)
    assert dict(told) == {row.public_id: row.priority_at.isoformat() for row in rows if row.priority_at}


def test_demo_notices_tell_the_due_date_of_their_registration(started: datetime) -> None:
    told = Notice.objects.filter(kind="deal.submitted").select_related("user")
    rows = {row.get_absolute_url(): row for row in Registration.objects.filter(asks=0).exclude(state=State.DRAFT)}
    wrong = [
        (notice.key, row.decision_due_at)
        for notice in told
        if (row := rows.get(notice.path)) and on_wall(row.decision_due_at, notice.user, row) not in notice.body
    ]
    assert wrong == []


def test_demo_has_conversations_of_both_sides_in_the_order_of_time(started: datetime) -> None:
    said = Message.objects.order_by("pk")
    talks = Counter(said.values_list("thread__subject_id", "organisation__kind", "internal"))

    assert sorted(talks.values()) == [1, 1, 1, 1, 2, 3]
    assert {kind for (_deal, kind, internal) in talks if internal} == {"vendor"}
    assert list(said.order_by("created_at").values_list("pk", flat=True)) == list(said.values_list("pk", flat=True))
    assert said.filter(created_at__gt=started).count() == 0


def test_demo_engineer_takes_part_in_what_is_shared(started: datetime) -> None:
    deal = Registration.objects.get(customer_website="tannhaeuser-reisen.de")
    writers = Message.objects.filter(thread__subject_id=deal.public_id).values_list("created_by__email", flat=True)

    assert set(writers) == {"rep@helix.example", "pam@vendor.example", "engineer@helix.example"}


def test_demo_wins_have_brought_revenue(started: datetime) -> None:
    won = Registration.objects.filter(state=State.WON)
    facts = RevenueFact.objects.filter(subject_type="deal", kind="won")
    assert dict(facts.values_list("subject_id", "amount")) == dict(won.values_list("public_id", "won_value"))


def test_demo_account_manager_finds_conflicts_to_decide(started: datetime) -> None:
    waiting = Registration.objects.to_decide_by(User.objects.get(email="pam@vendor.example"))
    kinds = Finding.objects.filter(registration__in=waiting).values_list("kind", "band")
    assert {
        ("rival_protection", "block"),
        ("earlier_registration", "block"),
        ("named_account", "review"),
        ("existing_customer", "review"),
        ("thin_evidence", "hint"),
    } <= set(kinds)
    assert waiting.filter(findings=None).exists()
    assert waiting.filter(decision_due_at__lt=started).count() == 1
    assert waiting.filter(decision_due_at__gt=started).count() > 5


def test_demo_leaves_nothing_due(started: datetime) -> None:
    rows = Registration.objects
    assert [
        rows.to_assess().count(),
        rows.expired(started).count(),
        rows.lapsed(started).count(),
        rows.to_remind(started).count(),
    ] == [0, 0, 0, 0]


def test_demo_has_protections_that_end_within_days(started: datetime) -> None:
    soon = Registration.objects.filter(state=State.APPROVED, protected_until__lt=started + timedelta(days=14))
    assert soon.filter(partner__organisation__name__in=["Helix Systems", "Orbit Solutions"]).count() >= 3


def test_demo_customer_of_the_rival_is_protected_and_free_of_the_own(started: datetime) -> None:
    rows = Registration.objects.filter(customer_website="mueller-logistik.de")
    shown = rows.values_list("customer_name", "partner__organisation__name", "state", "lines__product__slug")
    assert list(shown) == [("Müller Logistik GmbH", "Orbit Solutions", "approved", "fleet-cloud")]
    assert rows[0].protections.holding(started).count() == 1


def test_demo_sends_no_mail_and_leaves_the_recent_unread(started: datetime) -> None:
    assert Notice.objects.undelivered().count() == 0
    unread = Notice.objects.unread()
    assert unread.filter(created_at__lt=started - STILL_UNREAD).count() == 0
    bells = set(unread.values_list("user__email", flat=True))
    assert {"pam@vendor.example", "rep@helix.example", "rep@orbit.example"} <= bells


def test_demo_does_not_use_up_the_limit_of_today(started: datetime) -> None:
    window = apps.get_model("accounts", "AttemptWindow")
    assert list(window.objects.filter(key__startswith="submissions:").values_list("key", "count")) == []


def test_demo_announces_to_both_sides_and_has_a_reader_of_digests(started: datetime) -> None:
    now = database_now()
    current = {str(row): row.audience for row in Announcement.objects.current(now)}
    reader = User.objects.get(email="pam2@vendor.example")

    assert sorted(audience for (audience,) in current.values()) == ["partner", "vendor"]
    assert (chosen(reader)["messages"], chosen(reader)["announcements"]) == ("daily", "portal")


def test_demo_made_twice_changes_nothing(started: datetime) -> None:
    before = photograph()
    seed()
    assert {label for label, rows in photograph().items() if rows != before[label]} == set()
    assert len(json.loads(before["deals.Registration"])) == 154


def test_demo_keeps_what_people_changed(started: datetime) -> None:
    with transaction.atomic():
        account = Account.objects.filter(external_id__startswith="ror-").first()
        assert account is not None
        Account.objects.filter(pk=account.pk).update(city="Elsewhere")
        User.objects.filter(email="rep@orbit.example").update(name="Somebody Else")
        seed()
        account.refresh_from_db()
        assert (account.city, User.objects.get(email="rep@orbit.example").name) == ("Elsewhere", "Somebody Else")
        transaction.set_rollback(True)


def test_drawn_customers_suffice_and_are_the_same_every_time() -> None:
    drawn = customers([])
    assert drawn == customers([])
    assert len({customer.website for customer in drawn}) == len(drawn)
    assert len(drawn) + count() // 8 >= count()


def test_demo_step_registered_twice_is_refused() -> None:
    from prm.portal.sockets import DEMO, DemoStep

    with pytest.raises(AlreadyRegistered):
        DEMO.register("deals.products", DemoStep(40, lambda _now: None))


def test_saved_views_of_the_demo_are_what_the_list_takes(started: datetime) -> None:
    saved = SavedFilter.objects.select_related("created_by").order_by("name")
    found = [(view.name, view.created_by.email, view.shared) for view in saved]
    kept = [kept_of(form_of(view.list_name, view.created_by), view.query, view.created_by).query for view in saved]

    assert found == [
        ("My drafts", "rep@helix.example", False),
        ("My partners, by date", "pam@vendor.example", False),
        ("Open at Helix", "admin@helix.example", True),
        ("Overdue everywhere", "pam@vendor.example", True),
    ]
    assert kept == [view.query for view in saved]


def test_demo_tells_how_right_each_rule_was(started: datetime) -> None:
    """Both answers, and nothing of what waits for a decision."""
    said = Counter(Judgement.objects.values_list("verdict", flat=True))
    judged = Event.objects.filter(kind="deal.judged").values("subject_id")
    undecided = Registration.objects.undecided().filter(public_id__in=judged)

    assert min(said["same"], said["different"]) >= 3
    assert len(by_rule()) >= 3
    assert not undecided.exists()


def test_customers_go_by_several_names_and_one_was_merged(started: datetime) -> None:
    renamed = Account.objects.get(external_id="NW-1001")
    merge = AccountMerge.objects.get()

    assert sorted(renamed.other_names.values_list("name", "kind")) == [
        ("North Wind Forwarding", "translation"),
        ("Spedition Petersen & Söhne", "former"),
    ]
    assert (merge.survivor.external_id, merge.survivor.former_names) == ("NW-1008", ["Ostsee-Catering Rostock"])
    assert not Account.objects.present().filter(pk=merge.merged_id).exists()


def test_customers_that_look_alike_wait_to_be_judged(started: datetime) -> None:
    waiting = AlikePair.objects.to_judge().select_related("one", "other")

    assert {(pair.kind, pair.one.name, pair.other.name) for pair in waiting} >= {
        ("same", "Baltic Fresh Oy", "Baltic Fresh")
    }


def test_list_is_compared_and_has_something_of_each_result(started: datetime) -> None:
    given = CompanyList.objects.get()
    found = Counter(given.results.values_list("band", flat=True))
    renamed = given.results.get(name="North Wind Forwarding")

    assert (given.state, given.rows, sum(found.values())) == ("done", 9, 9)
    assert {"block", "none", "refused"} <= set(found)
    assert "other_name" in {line["rule"] for line in renamed.matches[0]["evidence"]}
