"""Bodies are read by readers that are made once for each thread."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from rest_framework import serializers

from prm.api.serializers import Given, read, read_each

both_are_reading = Barrier(2, timeout=10)


class Measure(Given):
    name = serializers.CharField()
    height = serializers.IntegerField(default=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {**attrs, "by": self.context.get("by")}


class Slow(Measure):
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        both_are_reading.wait()
        return super().validate(attrs)


def test_nothing_of_one_request_is_there_in_the_next() -> None:
    first = read(Measure, {"name": "door", "height": 3}, context={"by": "Ana"})
    second = read(Measure, {"name": "wall"})

    assert dict(first) == {"name": "door", "height": 3, "by": "Ana"}
    assert dict(second) == {"name": "wall", "height": 1, "by": None}


def test_what_failed_leaves_nothing_behind() -> None:
    with pytest.raises(serializers.ValidationError) as refused:
        read(Measure, {"height": "tall", "colour": "red"}, context={"by": "Ana"})

    assert list(refused.value.detail) == ["colour"]
    assert dict(read(Measure, {"name": "wall"}))["by"] is None


def test_part_of_a_noun_is_read_without_defaults() -> None:
    assert dict(read(Measure, {}, partial=True)) == {"by": None}
    with pytest.raises(serializers.ValidationError):
        read(Measure, {})


def test_requests_at_once_do_not_meet_in_a_reader() -> None:
    def reading(who: str) -> Any:
        return dict(read(Slow, {"name": who}, context={"by": who}))

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(reading, ["Ana", "Bert"]))

    assert found == [{"name": who, "height": 1, "by": who} for who in ("Ana", "Bert")]


def test_control_one_reader_for_both_would_mix_them() -> None:
    shared = Slow()

    def reading(who: str) -> Any:
        shared._context = {"by": who}
        return shared.run_validation({"name": who})["by"]

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(reading, ["Ana", "Bert"]))

    assert len(set(found)) == 1


def test_what_is_wrong_is_said_of_each_place() -> None:
    with pytest.raises(serializers.ValidationError) as refused:
        read_each(Measure, [{"name": "a"}, {"height": 2}, {"name": "b"}, {"name": "c", "height": "tall"}])

    assert {place: list(detail) for place, detail in refused.value.detail.items()} == {"1": ["name"], "3": ["height"]}
    assert [item["name"] for item in read_each(Measure, [{"name": "a"}, {"name": "b"}])] == ["a", "b"]


class ForSome(Given):
    """Has a field that only some may give."""

    def get_fields(self) -> dict[str, Any]:
        return {"secret": serializers.CharField()} if self.context.get("may") else {"name": serializers.CharField()}


class Within(Given):
    inner = ForSome(required=False)


class Many(Given):
    items = ForSome(many=True, required=False)


@pytest.mark.parametrize(
    ("kind", "wrap"),
    [
        (ForSome, lambda value: value),
        (Within, lambda value: {"inner": value}),
        (Many, lambda value: {"items": [value]}),
    ],
    ids=["itself", "within", "in a list"],
)
def test_fields_chosen_for_who_asks_are_chosen_for_the_next_too(kind: type[Given], wrap: Any) -> None:
    whole, small = wrap({"secret": "x"}), wrap({"name": "y"})

    assert read(kind, whole, context={"may": True}) == whole
    assert read(kind, small) == small
    with pytest.raises(serializers.ValidationError):
        read(kind, whole)
    assert read(kind, whole, context={"may": True}) == whole
