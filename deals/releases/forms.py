"""What is said anew when a first refusal is taken up."""

from typing import Any

from django.utils.translation import gettext_lazy

from deals.registrations.fields import DayField
from deals.registrations.forms import SmallForm
from deals.registrations.models import Registration
from prm.portal.forms import TextField


class TakeUpForm(SmallForm):
    expected_close = DayField(
        label=gettext_lazy("When do you expect to close it now?"),
        error_messages={"required": gettext_lazy("Give the day on which you expect to close it.")},
    )
    work_done = TextField(
        label=gettext_lazy("What have you done so far?"),
        max_length=4000,
        lines=True,
        error_messages={"required": gettext_lazy("Tell what you have done so far.")},
    )

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        said = {"expected_close": registration.expected_close, "work_done": registration.work_done}
        super().__init__(*args, **{"initial": said, **kwargs})
