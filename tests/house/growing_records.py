"""Partners of record of a programme that grows."""

from collections.abc import Sequence
from datetime import timedelta

from deals.records.actions import Consent, appoint
from deals.records.models import PartnerOfRecord, RecordProof
from deals.registrations.models import Registration
from partners.models import Account
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.house.copies import another


def first_record(deal: Registration, pam: User) -> PartnerOfRecord:
    """Its year ends soon."""
    assert deal.account is not None
    now = database_now()
    consent = Consent("Head of IT", now.date(), "A letter, signed and kept on file.")
    made = appoint(account=deal.account, partner=deal.partner, consent=consent, by=pam, now=now)
    made.until, made.proof_from = now.date() + timedelta(days=20), now.date()
    made.save()
    RecordProof.objects.create(record=made, text="Reviews.", given_at=now, due_at=now + timedelta(days=2))
    return made


def grow_records(first: PartnerOfRecord, numbers: Sequence[int]) -> None:
    """At customers without one: some stand and want proof, some are asked for; the first one gets many proofs."""
    taken = PartnerOfRecord.objects.values("account")
    free = list(Account.objects.present().exclude(pk__in=taken).order_by("pk")[: 2 * len(numbers)])
    asked = {"state": "asked", "decided_at": None, "due_at": database_now(), "next_reminder_at": None}
    PartnerOfRecord.objects.bulk_create(
        another(first, "por", account=account, **(asked if number % 2 else {})) for number, account in enumerate(free)
    )
    refused = {"granted": False, "message": "No.", "decided_at": first.created_at}
    RecordProof.objects.bulk_create(another(first.proofs.earliest("pk"), "", **refused) for _number in numbers)
