"""Serializer fields where the framework's own are too obliging."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NoReturn

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from prm.accounts.models import User
from prm.api.text import is_clean_body, is_clean_line
from prm.currencies import CURRENCIES, LARGEST, Money, minor_digits

EARLIEST_DAY, LATEST_DAY = date(2000, 1, 1), date(2099, 12, 31)
_AMOUNT = re.compile(r"-?[0-9]{1,18}(?:\.([0-9]{1,18}))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PUBLIC_ID = re.compile(r"[a-z]{2,8}_[0-9a-z]{1,32}")


class PlainText(serializers.CharField):
    """Text and nothing else: numbers are not read as text. One line unless `lines`; trimmed."""

    def __init__(self, *, max_length: int, lines: bool = False, **kwargs: Any) -> None:
        self.is_clean = is_clean_body if lines else is_clean_line
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text = data.strip()
        if not self.is_clean(text):
            raise serializers.ValidationError(_("Only plain text can be taken here."))
        return text


class Choice(serializers.ChoiceField):
    """One of an enum's values; the sentence names them instead of repeating what was sent."""

    def __init__(self, choices: type[Enum], **kwargs: Any) -> None:
        pairs = [(member.value, getattr(member, "label", member.value)) for member in choices]
        super().__init__(choices=pairs, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            known = ", ".join(str(value) for value in self.choices)
            raise serializers.ValidationError(_("Choose one of: %(known)s.") % {"known": known})
        return data


class StrictInteger(serializers.IntegerField):
    """A JSON number without a fraction; neither "1_000" nor true."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return int(data)


class StrictBoolean(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=type(data).__name__)
        return data


class Day(serializers.DateField):
    """YYYY-MM-DD in ASCII digits, between 2000 and 2099 unless told otherwise."""

    def __init__(self, *, earliest: date = EARLIEST_DAY, latest: date = LATEST_DAY, **kwargs: Any) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        day: date = super().to_internal_value(value)
        if not self.earliest <= day <= self.latest:
            sentence = _("Give a date from %(earliest)s to %(latest)s.")
            raise serializers.ValidationError(sentence % {"earliest": self.earliest, "latest": self.latest})
        return day


class MoneyField(serializers.Field[Money, Any, Any, Any]):
    """`{"amount": "86400.00", "currency": "EUR"}` from and to `Money`; zero only with `zero=True`.

    A JSON number is taken too where it says the amount exactly; what is shown is always text.
    """

    def __init__(self, *, zero: bool = False, **kwargs: Any) -> None:
        self.zero = zero
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Money:
        if not isinstance(data, Mapping) or set(data) != {"amount", "currency"}:
            raise serializers.ValidationError(_("Give an object with amount and currency."))
        currency = data["currency"]
        if not isinstance(currency, str) or currency not in CURRENCIES:
            raise serializers.ValidationError({"currency": [_("Give a current ISO 4217 code such as EUR.")]})
        return Money(self._amount(data["amount"], currency), currency)

    def to_representation(self, value: Money) -> dict[str, str]:
        return {"amount": value.plain, "currency": value.currency}

    def _amount(self, data: Any, currency: str) -> Decimal:
        text = repr(data) if type(data) in {int, float} else data
        match = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            self._refuse(_('Give a decimal number such as "86400.00".'))
        digits = minor_digits(currency)
        # 86400.0 is how JSON may write a whole number; "86400.0" is what a person wrote.
        fraction = (match[1] or "").rstrip("0") if isinstance(data, float) else match[1] or ""
        if len(fraction) > digits:
            self._refuse(_("%(currency)s has at most %(digits)d decimals.") % {"currency": currency, "digits": digits})
        amount = Decimal(match[0]).quantize(Decimal("0.01"))
        if not 0 <= amount <= LARGEST or (amount == 0 and not self.zero):
            self._refuse(_("Give an amount above 0 and at most 100,000,000,000."))
        return amount

    def _refuse(self, sentence: Any) -> NoReturn:
        raise serializers.ValidationError({"amount": [sentence]})


@extend_schema_field(OpenApiTypes.STR)
class NounField(serializers.Field[Any, str, str, Any]):
    """A public id in a body, resolved to the object the caller may see.

    Somebody else's id, one that never existed and one that cannot exist read the same.
    """

    def __init__(self, *, rows: Callable[[User], QuerySet[Any]], **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        noun = None
        if isinstance(data, str) and _PUBLIC_ID.fullmatch(data):
            noun = self.rows(self.context["request"].user).filter(public_id=data).first()
        if noun is None:
            raise serializers.ValidationError(_("There is nothing with this id."))
        return noun

    def to_representation(self, value: Any) -> str:
        return str(value.public_id)
