from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.template import Context, Template
from django.test import TransactionTestCase, override_settings
from django.test.signals import template_rendered

from tests.emptying import empty
from tests.factories import Cast, make_cast
from tests.founding import Founding


@pytest.fixture(scope="session")
def founding(django_db_setup: None, django_db_blocker: Any) -> Iterator[Founding]:
    found = Founding()
    yield found
    with django_db_blocker.unblock():
        found.end()


@pytest.fixture
def _django_db_helper(
    founded: None,
    _django_db_helper: None,
) -> None:
    """The transaction of a test begins within that of its people, whatever else asks for the database first."""


@pytest.fixture
def founded(request: pytest.FixtureRequest, founding: Founding, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        if "cast" in request.fixturenames and not commits(request):
            founding.begin()
        else:
            founding.end()


def commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    marked = marker is not None and marker.kwargs.get("transaction", False)
    return marked or not {"transactional_db", "live_server"}.isdisjoint(request.fixturenames)


@pytest.fixture
def cast(founding: Founding, db: None) -> Cast:
    """The people of the tests, with three product lines."""
    return founding.cast()


@pytest.fixture
def live_cast(transactional_db: None) -> Cast:
    """The same with committed rows, for tests with several connections or processes."""
    return make_cast()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["tests.hashing.QuickHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    by_django = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty() or by_django(case))
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_rendering(django_test_environment: None) -> Iterator[None]:
    """An answer remembers what its page was given, and not what each of its parts and each field of a form was."""

    def render(template: Template, context: Context) -> Any:
        if context.template is template and "/forms/" not in str(template.name):
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(scope="session", autouse=True)
def branding_is_asked_for_each_time() -> Iterator[None]:
    """What a process remembers would outlive the rows of one test, and cost queries by the clock."""
    with override_settings(PRM_BRANDING_KEPT_SECONDS=0):
        yield


# The same examples in every run, however slow the machine: what fails here fails for everybody.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("suite")
