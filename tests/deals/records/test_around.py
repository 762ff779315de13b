"""What follows elsewhere from a partner of record: old versions of the rules, merged customers, undecided deals."""

from importlib import import_module

import pytest
from django.apps import apps

from deals.conflicts.actions import assess_pending
from deals.earnings.actions import refund
from deals.records.actions import decide_record, end_record
from deals.records.holding import hold, hold_customer
from deals.records.models import PartnerOfRecord
from deals.records.selectors import periods_at, share_of_year
from deals.registrations.models import Registration
from deals.rulebook import SCHEMA, DealRules
from partners.merges.actions import merge, undo
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.policy.models import PolicyVersion
from prm.policy.selectors import values_of
from tests.deals.records.asking import appointed, asked, confirmed, moved, won_deal
from tests.deals.test_earning import MANAGED
from tests.factories import MUELLER, Cast, make_account, make_assessed

migration = import_module("deals.migrations.0005_rules_and_guards")
NAMED = {"name": "Müller Logistik GmbH", "city": "Hamburg", "website": "mueller-logistik.de", "country": "DE"}


def test_old_versions_gain_what_is_new_and_keep_what_they_have(cast: Cast) -> None:
    version = PolicyVersion.objects.filter(schema=SCHEMA).earliest("number")
    values = {name: value for name, value in version.values.items() if name not in migration.FIRST_VALUES}
    values["precedence"] = {
        kind: row for kind, row in version.values["precedence"].items() if kind not in migration.PRECEDENCE
    }
    values["protection_days"] = 60
    PolicyVersion.objects.filter(pk=version.pk).update(values=values)

    for _time in range(2):
        migration.complete_versions(apps, None)
        version.refresh_from_db()
        completed = values_of(version, DealRules)
        assert completed.record_reminder_days == DealRules().record_reminder_days
        assert completed.precedence.partner_of_record == DealRules().precedence.partner_of_record
        assert completed.protection_days == 60


def test_undecided_deals_are_looked_at_again_when_the_partner_of_record_changes(cast: Cast) -> None:
    account = make_account(**NAMED)
    deal = make_assessed(cast.orbit, **MUELLER, opportunity="renewal")
    assert not deal.findings.filter(kind="partner_of_record").exists()

    record = appointed(cast, cast.helix, account)
    assert Registration.objects.get(pk=deal.pk).assessed_at is None
    assess_pending()
    assert deal.findings.get(kind="partner_of_record").band == "block"

    end_record(record=record, reason="The customer asked for it.", by=cast.pam, now=database_now())
    assert Registration.objects.get(pk=deal.pk).assessed_at is None


def test_what_both_customers_were_asked_for_stays_behind_once(cast: Cast) -> None:
    one, other = asked(cast.helix), asked(cast.helix, won_deal(cast.helix, cast.products["telematics"]))
    done = merge(account=one.account, into=other.account, by=cast.pam, now=database_now())
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.account != other.account
    decide_record(record=one, accept=False, message="Asked for twice.", by=cast.pam, now=database_now())
    undo(given=done, by=cast.pam, now=database_now())

    one.refresh_from_db()
    assert one.account.is_present
    assert confirmed(other, cast.pam).is_standing


def test_record_is_held_as_it_is_now(cast: Cast) -> None:
    record = appointed(cast, cast.helix)
    PartnerOfRecord.objects.filter(pk=record.pk).update(message="Changed meanwhile.")
    assert hold(record).message == "Changed meanwhile."
    into = make_account("Another one")
    assert hold_customer(into) == into
    merge(account=record.account, into=into, by=cast.pam, now=database_now())
    assert hold(record).account == into
    with pytest.raises(StateConflict):
        hold_customer(record.account)


def test_days_of_what_has_ended_count_and_of_what_was_only_asked_for_do_not(cast: Cast) -> None:
    record = moved(appointed(cast, cast.helix), 400)
    year = (record.since, record.until)
    partner = cast.helix.partner.pk
    assert share_of_year(record.account, [partner], year) == 1
    assert share_of_year(record.account, [cast.orbit.partner.pk], year) == 0
    assert share_of_year(None, [partner], year) == 0
    asking = asked(cast.orbit)
    assert periods_at(asking.account) == []
    assert periods_at(record.account) == [year]


def test_refund_of_everything_leaves_the_record_to_the_account_manager(cast: Cast) -> None:
    deal = won_deal(cast.helix, **MANAGED)
    assert deal.won_value is not None
    refund(registration=deal, amount=deal.won_value, reason="Returned.", by=cast.finance, now=database_now())

    assert PartnerOfRecord.objects.get().is_standing
