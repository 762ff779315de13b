"""Cases that the OpenAPI document allows and forbids, and what each role is answered.

The cases of an operation are drawn once, from a fixed seed, and then asked by the roles; every answer is undone.
"""

import os
import random
from collections.abc import Callable
from typing import Any

import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, CheckContext, Config, GenerationMode, Response

from config.wsgi import application
from partners.imports.api import WORKBOOK

SEED = int(os.environ.get("PRM_FUZZ_SEED", "1"))
# Drawn of each kind for one operation: sound ones, broken ones, and those at an edge.
EXAMPLES = int(os.environ.get("PRM_FUZZ_EXAMPLES", "5"))
EDGES = 3
MISSING = {"This field is required.", "A draft needs the customer's name."}
# A stale If-Match is told before the body is read.
REFUSALS = ["400", "401", "403", "404", "405", "406", "409", "411", "412", "413", "415", "422"]
CONFIG = {
    "checks": {
        "negative_data_rejection": {"expected-statuses": REFUSALS},
        # No document knows which customers and products exist; see `nothing_is_missing`.
        "positive_data_acceptance": {"enabled": False},
    }
}


@schemathesis.serializer(WORKBOOK)
def as_it_is(_context: object, value: object) -> bytes:
    """Of a file the document says only that it is one."""
    return bytes(value) if isinstance(value, bytes | bytearray) else str(value).encode()


def read_document(document: dict[str, Any]) -> Any:
    """What the document promises, to be asked of the application itself."""
    promised = schemathesis.openapi.from_dict(document, config=Config.from_dict(CONFIG))
    promised.app = application
    return promised


def cases_of(operation: Any) -> list[Case]:
    drawn: list[Case] = []
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        draw(operation.as_strategy(generation_mode=mode), drawn.append)
    return drawn + edges_of(operation)


def draw(cases: Any, take: Callable[[Case], None]) -> None:
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def taken(case: Case) -> None:
        take(case)

    taken()


def edges_of(operation: Any) -> list[Case]:
    """Each bound of the document from both sides: all the methods it does not offer, of the rest some."""
    generation = operation.schema.config.generation_for(operation=operation, phase="coverage")
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    found = list(operation.schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=generation))
    foreign = [case for case in found if case.method != operation.method.upper()]
    own = [case for case in found if case.method == operation.method.upper()]
    return foreign + random.Random(SEED).sample(own, min(len(own), EXAMPLES * EDGES))


def nothing_is_missing(_context: CheckContext, response: Response, case: Case) -> None:
    """A sound request may break a rule of the programme, but never lack what the document did not ask for."""
    if case.meta is None or case.meta.generation.mode.is_negative or response.status_code != 400:
        return
    said = {sentence for sentences in response.json().get("errors", {}).values() for sentence in sentences}
    if said & MISSING:
        raise AssertionError(f"The document does not say that this is needed: {response.text}")


def ask(case: Case, secret: str | None) -> list[str]:
    """What the answer breaks, as a sentence each; what it did is undone."""
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    with transaction.atomic():
        try:
            case.call_and_validate(headers=headers, additional_checks=[nothing_is_missing])
        except (AssertionError, BaseExceptionGroup) as broken:
            found = getattr(broken, "exceptions", [broken])
        else:
            found = []
        finally:
            transaction.set_rollback(True)
    return [f"{type(each).__name__}: {each}" for each in found]
