import pytest

from deals.leads.models import Lead
from tests.deals.leads.asking import MONDAY
from tests.factories import Cast, make_lead


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """Offered to one of the two rivals, who are both free."""
    return make_lead(cast.pam, now=MONDAY)
