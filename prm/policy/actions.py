from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from pydantic import ValidationError

from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput
from prm.policy.models import PolicyVersion
from prm.policy.schemas import SCHEMAS

# Defaults are in force from before anything could have been recorded.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def publish_defaults(*, schema: str, now: datetime) -> PolicyVersion:
    """Version 1 of a schema, made once, by whoever needs it first."""
    values = SCHEMAS[schema]().model_dump(mode="json")
    PolicyVersion.objects.bulk_create(
        [PolicyVersion(schema=schema, number=1, values=values, effective_from=BEGINNING, published_at=now)],
        ignore_conflicts=True,
    )
    return PolicyVersion.objects.get(schema=schema, number=1)


@transaction.atomic
def publish(
    *, schema: str, values: dict[str, Any], effective_from: datetime, note: str = "", by: User, now: datetime
) -> PolicyVersion:
    """A new version; what is decided before `effective_from` keeps the version it used.

    Raises InvalidInput with the field's path when a value does not fit the schema, or when the
    version would begin in the past.
    """
    if effective_from < now:
        raise InvalidInput({"effective_from": ["A version cannot begin in the past."]})
    try:
        checked = SCHEMAS[schema].model_validate(values)
    except ValidationError as error:
        raise InvalidInput(
            {".".join(str(part) for part in item["loc"]): [item["msg"]] for item in error.errors()}
        ) from error
    first = publish_defaults(schema=schema, now=now)
    # Two administrators publishing at once queue up on the first version's row.
    PolicyVersion.objects.select_for_update().get(pk=first.pk)
    last = PolicyVersion.objects.filter(schema=schema).aggregate(last=Max("number"))["last"]
    version = PolicyVersion.objects.create(
        schema=schema,
        number=last + 1,
        values=checked.model_dump(mode="json"),
        effective_from=effective_from,
        note=note,
        published_at=now,
        published_by=by,
    )
    record(
        "policy.published",
        by=by,
        now=now,
        organisation_id=None,
        subject=("policy", version.public_id),
        data={"schema": schema, "number": version.number},
    )
    return version
