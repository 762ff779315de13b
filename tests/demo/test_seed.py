"""The demo programme: made once for the whole file, because a year of deals takes seconds."""

import json
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.db import transaction
from django.db.models import F

from config.management.commands.seed_demo import STILL_UNREAD, seed
from deals.amendments.models import Amendment
from deals.appeals.models import Appeal
from deals.conflicts.models import Finding
from deals.cosell.models import CoSell
from deals.demo.crowd import count, customers
from deals.engagement.models import EngagementAppeal
from deals.extensions.models import Extension
from deals.mapping.models import MappedList, MappedRow
from deals.registrations.models import Registration
from deals.registrations.notices import on_wall
from deals.registrations.states import State
from deals.releases.models import FirstRefusal
from deals.reversals.models import Reversal
from deals.teaming.models import Teaming
from partners.demo.cast import COMPANIES, address
from partners.models import Account, Partner, RevenueFact
from prm.accounts.demo import LOGINS, PASSWORD
from prm.accounts.models import User
from prm.announcements.models import Announcement
from prm.audit.models import Event
from prm.calendars.models import WorkCalendar
from prm.clocks.database import database_now
from prm.filters.lists import form_of, kept_of
from prm.filters.models import SavedFilter
from prm.ledger.models import Entry
from prm.ledger.selectors import balances
from prm.notices.choices.selectors import chosen
from prm.notices.models import Notice
from prm.payments.models import Payee, PaymentRun
from prm.portal.sockets import work_for
from prm.registry import AlreadyRegistered
from prm.threads.models import Message

# A year of deals takes its time on a busy machine.
pytestmark = pytest.mark.timeout(300)


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
        *("threads", "enablement", "files"),
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


def test_demo_registrations_are_in_every_state(started: datetime) -> None:
    states = Counter(Registration.objects.values_list("state", flat=True))
    assert sum(states.values()) == 165
    assert set(states) == set(State)
    assert set(of_partner("helix")) | set(of_partner("orbit")) == set(states)
    assert of_partner("helix").total() > 30
    assert of_partner("orbit").total() > 25


def test_demo_has_a_customer_that_is_free_again(started: datetime) -> None:
    turn = FirstRefusal.objects.select_related("registration__partner__organisation").get()

    assert (turn.state, turn.registration.created_by.email) == ("offered", "rep@helix.example")
    assert turn.due_at > started


def test_demo_partners_were_paid_and_one_account_waits(started: datetime) -> None:
    run, waiting = PaymentRun.objects.get(), Payee.objects.requested().get()
    [balance] = balances(Entry.objects.all(), started.date())

    assert (run.state, run.approved_by, run.payments.count()) == (
        "closed",
        User.objects.get(email="admin@vendor.example"),
        2,
    )
    assert waiting.organisation == User.objects.get(email=address("admin", "orbit")).organisation
    assert (balance.currency, balance.paid) == ("EUR", run.total)
    assert balance.waiting + balance.payable > 0
    assert Entry.objects.filter(kind="reversal").count() == 2


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
    # A question moves the date, and so does a team that is proposed.
    decided = Registration.objects.filter(asks=0, seats=None).exclude(state=State.DRAFT)
    rows = {row.get_absolute_url(): row for row in decided}
    wrong = [
        (notice.key, row.decision_due_at)
        for notice in told
        if (row := rows.get(notice.path)) and on_wall(row.decision_due_at, notice.user, row) not in notice.body
    ]
    assert wrong == []


def test_demo_has_conversations_of_both_sides_in_the_order_of_time(started: datetime) -> None:
    said = Message.objects.order_by("pk")
    talks = Counter(said.values_list("thread__subject_id", "organisation__kind", "internal"))

    assert sorted(talks.values()) == [1, 1, 1, 1, 1, 1, 2, 3]
    assert {kind for (_deal, kind, internal) in talks if internal} == {"vendor"}
    assert list(said.order_by("created_at").values_list("pk", flat=True)) == list(said.values_list("pk", flat=True))
    assert said.filter(created_at__gt=started).count() == 0


def test_demo_engineer_takes_part_in_what_is_shared(started: datetime) -> None:
    deal = Registration.objects.get(customer_website="tannhaeuser-reisen.de")
    writers = Message.objects.filter(thread__subject_id=deal.public_id).values_list("created_by__email", flat=True)

    assert set(writers) == {"rep@helix.example", "pam@vendor.example", "engineer@helix.example"}


def test_demo_wins_have_brought_revenue(started: datetime) -> None:
    # A decision can be reversed without a win.
    won = Registration.objects.filter(state__in=[State.WON, State.REVERSED], won_value__isnull=False)
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
    assert waiting.filter(decision_due_at__lt=started).count() == 2
    assert waiting.filter(decision_due_at__gt=started).count() > 5


def test_demo_shows_what_a_late_decision_leads_to(started: datetime) -> None:
    """One has waited so long that it is protected meanwhile, another is late since some hours."""
    late = Registration.objects.filter(state="submitted", decision_due_at__lt=started).order_by("decision_due_at")
    assert [(deal.escalated_at is None, deal.provisional_at is None) for deal in late] == [
        (False, False),
        (False, True),
    ]
    assert {deal.escalated_to.email for deal in late if deal.escalated_to} == {"pam2@vendor.example"}
    deputies = WorkCalendar.objects.exclude(deputy=None).values_list("user__email", "deputy__email").distinct()
    assert set(deputies) == {
        ("pam@vendor.example", "pam2@vendor.example"),
        ("pam2@vendor.example", "pam@vendor.example"),
    }


def test_demo_leaves_nothing_due(started: datetime) -> None:
    rows = Registration.objects
    assert [
        rows.to_assess().count(),
        rows.expired(started).count(),
        rows.lapsed(started).count(),
        rows.to_remind(started).count(),
    ] == [0, 0, 0, 0]


def test_demo_has_an_extension_to_decide_and_one_that_is_granted(started: datetime) -> None:
    (waiting,) = Extension.objects.waiting()
    assert waiting.asked_at < started < waiting.until
    granted = Extension.objects.get(granted=True)
    assert (granted.registration.state, granted.registration.protected_until) == (State.APPROVED, granted.until)


def test_demo_has_parts_that_were_lowered_one_to_answer_and_one_restored(started: datetime) -> None:
    waiting = EngagementAppeal.objects.waiting().get()
    assert (waiting.claimed, waiting.confirmed, waiting.due_at > started) == ("shared", "assisted", True)
    upheld = EngagementAppeal.objects.get(outcome="upheld")
    assert (upheld.registration.engagement, upheld.registration.terms) == ("independent", upheld.terms_after)


def test_demo_has_lower_terms_that_wait_for_consent_and_such_that_have_it(started: datetime) -> None:
    waiting, agreed = (Amendment.objects.get(state=state) for state in ("proposed", "agreed"))
    assert waiting.registration.partner.organisation.name == "Helix Systems"
    assert (waiting.due_at > started, waiting.registration.terms) == (True, waiting.terms_before)
    assert agreed.registration.terms == agreed.terms_after != agreed.terms_before


def test_demo_has_an_appeal_to_decide_one_that_is_compensated_and_a_reversal(started: datetime) -> None:
    waiting = Appeal.objects.waiting().get()
    assert waiting.asked_at < started
    assert (waiting.assigned_to and waiting.assigned_to.email) == "pam2@vendor.example"
    paid = Appeal.objects.get(outcome="compensated")
    wrong = Reversal.objects.get()
    about = [paid.registration.public_id, wrong.registration.public_id]
    assert sorted(Entry.objects.filter(kind="amends").values_list("subject_id", flat=True)) == sorted(about)


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


def test_demo_has_partners_that_share_and_partners_that_are_asked(started: datetime) -> None:
    teams = Teaming.objects.order_by("pk").values_list("state", "holders__registration__state")
    assert list(teams) == [("agreed", "approved")] * 2 + [("open", "submitted")] * 2
    assert Registration.objects.filter(outcome="non_exclusive", state="approved").count() == 1


def test_demo_sells_together_and_each_side_has_something_to_answer(started: datetime) -> None:
    rows = CoSell.objects.order_by("pk").values_list("asked_side", "state", "vendor_person__email")
    assert list(rows) == [
        ("partner", "active", "seller@vendor.example"),
        ("vendor", "asked", "pam@vendor.example"),
        ("partner", "asked", None),
        ("partner", "ended", "seller@vendor.example"),
        ("vendor", "declined", "pam@vendor.example"),
    ]
    seller = User.objects.get(email="seller@vendor.example")
    assert [item.what for item in work_for(seller, started) if item.url.startswith("/co-sell/")] != []


def test_demo_maps_customers_of_two_rivals(started: datetime) -> None:
    assert list(MappedList.objects.values_list("state", flat=True)) == ["done"] * 2
    rep, rival, seller = (
        User.objects.get(email=f"{who}.example") for who in ("rep@helix", "rep@orbit", "seller@vendor")
    )
    seen = [MappedRow.objects.overlaps_for(user).count() for user in (rep, rival, seller)]
    assert seen == [2, 0, 2]


def test_demo_made_twice_changes_nothing(started: datetime) -> None:
    before = photograph()
    seed()
    assert {label for label, rows in photograph().items() if rows != before[label]} == set()
    assert len(json.loads(before["deals.Registration"])) == 165


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
