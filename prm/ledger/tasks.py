"""What the scheduler asks of the ledger."""

from celery import shared_task

from prm.clocks.database import database_now
from prm.ledger.statements import issue_statements as issue
from prm.operations.actions import run_of


@shared_task(name="prm.ledger.issue_statements")
def issue_statements(**_old: object) -> None:
    with run_of("issue-statements"):
        issue(now=database_now())
