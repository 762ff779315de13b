"""The demo's partners have read the rules: each one's admin has acknowledged the version in force."""

from datetime import datetime

from prm.policy.actions import acknowledge
from prm.policy.clauses import digest
from prm.policy.notices import acknowledging_people
from prm.policy.papers import partner_schemas, text_of
from prm.policy.selectors import has_acknowledged, version_in_force
from prm.portal.sockets import DEMO, DemoStep


def acknowledged(now: datetime) -> None:
    """Again and again without a change: who has done it is left alone."""
    for schema in partner_schemas():
        version = version_in_force(schema, now)
        read = digest(text_of(version))
        for member in acknowledging_people():
            member.user.membership = member
            if not has_acknowledged(member.organisation_id, version):
                acknowledge(version=version, read=read, by=member.user, now=now)


DEMO.register("policy.acknowledged", DemoStep(35, acknowledged))
