"""What every installation begins with, and what the database itself holds about the deal desk."""

from datetime import UTC, datetime

from django.db import migrations
from django.utils import timezone

from prm.ids import random_id

# What applies wherever a version says nothing: written down, so that it stays when the default changes.
FIRST_VALUES = {
    "provisional_after_business_days": 2,
    "provisional_until_business_days": 5,
    "rate_managed_yearly": "0.05",
    "payable_after_days": 30,
    "acknowledgement_needed": False,
    "hoarding_base": 10,
    "hoarding_span": 20,
    "hoarding_prior_progressed": "2.5",
    "hoarding_prior_closed": "5.0",
    "teaming_business_days": 3,
    "teaming_least_per_cent": 10,
    "volume_rebate": {"period": "quarter", "steps": []},
    "price_hold": {"months_msp": 0, "months_mssp": 0, "products": []},
    "direct_touch_days": 60,
    "case_business_days": 2,
    "seller_uplift": "0.02",
    "appeal_business_days": 10,
    "appeal_decision_business_days": 5,
    "first_refusal_business_days": 2,
    "early_win_hours": 72,
    "co_sell_business_days": 2,
    "record_reminder_days": [90, 30, 7],
    "consent_business_days": 10,
}
PRECEDENCE = {
    "rival_protection": {"weight": "block", "place": 1},
    "earlier_registration": {"weight": "block", "place": 2},
    "tender": {"weight": "review", "place": 3},
    "outside_territory": {"weight": "review", "place": 4},
    "named_account": {"weight": "review", "place": 5},
    "existing_customer": {"weight": "review", "place": 6},
    "hoarding": {"weight": "review", "place": 7},
    "email_domain": {"weight": "review", "place": 8},
    "later_registration": {"weight": "hint", "place": 9},
    "known_account": {"weight": "hint", "place": 10},
    "thin_evidence": {"weight": "hint", "place": 11},
    "direct_opportunity": {"weight": "review", "place": 12},
    "direct_touch": {"weight": "review", "place": 13},
    "first_refusal": {"weight": "block", "place": 14},
    "partner_of_record": {"weight": "block", "place": 15},
}
# Part of every installation: nobody's first lead has to write it.
LEAD_RULES = {"answer_business_days": 2, "reminder_business_days": 1, "most_open_offers": 3}


def complete_versions(apps, schema_editor):
    for version in apps.get_model("policy", "PolicyVersion").objects.filter(schema="deals"):
        precedence = {**PRECEDENCE, **version.values.get("precedence", {})}
        version.values = {**FIRST_VALUES, **version.values, "precedence": precedence}
        version.save(update_fields=["values"])


def publish_lead_rules(apps, schema_editor):
    apps.get_model("policy", "PolicyVersion").objects.get_or_create(
        schema="leads",
        number=1,
        defaults={
            "public_id": random_id("pol"),
            "values": LEAD_RULES,
            "effective_from": datetime(2000, 1, 1, tzinfo=UTC),
            "published_at": timezone.now(),
        },
    )


# Registrations of before get receipts too: what happened to them waits for the worker that issues links.
WAIT = """
insert into signing_due (event, subject_type, subject_id)
select event.public_id, event.subject_type, event.subject_id
from audit_event event join deals_registration deal on deal.public_id = event.subject_id
where event.subject_type = 'deal' and event.kind in (
    'deal.submitted', 'deal.approved', 'deal.rejected', 'deal.withdrawn',
    'deal.won', 'deal.lost', 'deal.expired', 'deal.lapsed',
    'deal.protected_provisionally', 'deal.provisional_ended',
    'deal.extension_asked', 'deal.extension_granted', 'deal.extension_refused'
)
order by event.id
on conflict do nothing;
"""

# What an approval promised changes by what both sides can see: an appeal that was upheld, a lower share that the partner
# agreed to, two partners that agreed to share it, or a decision that was taken back. Nothing else may write it.
STAY = """
create function deals_terms_stay() returns trigger language plpgsql as $$
begin
    if new.claimed_engagement = old.claimed_engagement then
        if new.state = 'reversed' and new.terms = '{}' and new.engagement = old.engagement then
            return new;
        end if;
        if old.outcome <> 'teaming' and new.outcome = 'teaming' and exists (
            select from deals_holder where registration_id = new.id and is_current and accepted
        ) then
            return new;
        end if;
        if exists (
            select from deals_engagementappeal
            where registration_id = new.id and outcome = 'upheld' and claimed = new.engagement
                and terms_before = old.terms and terms_after = new.terms
        ) then
            return new;
        end if;
        if new.engagement = old.engagement and exists (
            select from deals_amendment
            where registration_id = new.id and state = 'agreed'
                and terms_before = old.terms and terms_after = new.terms
        ) then
            return new;
        end if;
    end if;
    raise exception 'What an approval promised stays promised.' using errcode = 'restrict_violation';
end
$$;
create trigger registration_terms_stay
    before update of terms, engagement, claimed_engagement on deals_registration for each row
    when (
        old.terms <> '{}'
        and (old.terms, old.engagement, old.claimed_engagement)
            is distinct from (new.terms, new.engagement, new.claimed_engagement)
    )
    execute function deals_terms_stay();
"""
MAY_GO = """
drop trigger registration_terms_stay on deals_registration;
drop function deals_terms_stay();
"""

# A consent is kept as it was given; only who gave it may be forgotten. No proposal pays more than before.
CONSENT = """
create function deals_rate_of(terms jsonb, what text) returns numeric language sql immutable as $$
    select case what
        when 'once' then (terms ->> 'rate')::numeric
        else (jsonb_path_query_first(terms, '$.lines[*] ? (@.what == "yearly").rate') #>> '{}')::numeric
    end
$$;
alter table deals_amendment add constraint amendment_never_raises check (
    deals_rate_of(terms_after, 'once') <= deals_rate_of(terms_before, 'once')
    and coalesce(deals_rate_of(terms_after, 'yearly') <= deals_rate_of(terms_before, 'yearly'), yearly is null)
);
create function deals_consent_stays() returns trigger language plpgsql as $$
declare
    people text[] := array['proposed_by_id', 'answered_by_id', 'ended_by_id'];
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - people = to_jsonb(old) - people
        and (new.proposed_by_id is null or new.proposed_by_id = old.proposed_by_id)
        and (new.answered_by_id is null or new.answered_by_id = old.answered_by_id)
        and (new.ended_by_id is null or new.ended_by_id = old.ended_by_id) then
        return new;
    end if;
    raise exception 'What was agreed about terms is neither changed nor deleted.' using errcode = 'restrict_violation';
end
$$;
create trigger consent_stays before update or delete on deals_amendment for each row
    when (old.state <> 'proposed') execute function deals_consent_stays();
"""
CONSENT_GOES = """
drop trigger consent_stays on deals_amendment;
drop function deals_consent_stays();
alter table deals_amendment drop constraint amendment_never_raises;
drop function deals_rate_of(jsonb, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0004_deal_desk"),
        ("policy", "0002_acknowledgements"),
        ("audit", "0002_audit_page"),
        ("signing", "0001_receipts"),
    ]

    operations = [
        migrations.RunPython(complete_versions, migrations.RunPython.noop),
        migrations.RunPython(publish_lead_rules, migrations.RunPython.noop),
        migrations.RunSQL(WAIT, migrations.RunSQL.noop),
        migrations.RunSQL(CONSENT, CONSENT_GOES),
        migrations.RunSQL(STAY, MAY_GO),
    ]
