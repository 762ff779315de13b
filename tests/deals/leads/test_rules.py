"""Whose turn it is: the order, and everything that plays no part in it."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.leads.rulebook import LeadRules, order_in_words
from deals.leads.rules import Candidate, Place, Wanted, dates_of_offer, hindrances, lot, ranking
from deals.leads.states import Hindrance as H
from prm.calendars.rules import Settings, combined
from prm.clocks.calendar import Calendar

MONDAY = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
WANTED = Wanted("led_1", "DE", "mid_market", "msp", "cold-chain")
FITS = Candidate("org_a", "msp", competencies=frozenset({"cold-chain"}))


def like(name: str, **changes: object) -> Candidate:
    return Candidate(**{**FITS.__dict__, "partner": name, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "against"),
    [
        ({}, ()),
        ({"model": "var"}, (H.MODEL,)),
        ({"regions": frozenset({"AT", "CH"})}, (H.TERRITORY,)),
        ({"regions": frozenset({"AT", "DE"})}, ()),
        ({"segments": frozenset({"enterprise"})}, (H.SEGMENT,)),
        ({"segments": frozenset({"enterprise", "mid_market"})}, ()),
        ({"competencies": frozenset()}, (H.COMPETENCY,)),
        ({"competencies": frozenset({"tachographs"})}, (H.COMPETENCY,)),
        ({"asked": True}, (H.ASKED,)),
        ({"open_offers": 2}, ()),
        ({"open_offers": 3}, (H.FULL,)),
        ({"open_offers": 4}, (H.FULL,)),
        ({"model": "var", "asked": True, "open_offers": 3}, (H.MODEL, H.ASKED, H.FULL)),
    ],
)
def test_everything_that_keeps_a_partner_from_being_asked_is_named(
    changes: dict[str, object], against: tuple[H, ...]
) -> None:
    assert hindrances(like("org_a", **changes), WANTED, 3) == against


@pytest.mark.parametrize("name", ["model", "segment", "competency"])
def test_what_a_lead_does_not_ask_for_keeps_nobody_away(name: str) -> None:
    stranger = Candidate("org_b", "referral", segments=frozenset({"enterprise"}))
    wanted = Wanted("led_1", "DE")

    assert hindrances(stranger, wanted, 3) == ()
    assert hindrances(stranger, Wanted(**{**wanted.__dict__, name: "mid_market"}), 3) == (H(name),)


def test_who_waited_longest_is_first_and_who_never_had_one_before_all() -> None:
    never, long, short = (
        like("org_never"),
        like("org_long", last_offered=MONDAY - timedelta(days=40)),
        like("org_short", last_offered=MONDAY - timedelta(days=1)),
    )
    full = like("org_full", open_offers=3)

    for order in permutations([never, long, short, full]):
        assert ranking(order, WANTED, 3) == [
            Place(never, 1),
            Place(long, 2),
            Place(short, 3),
            Place(full, 0, (H.FULL,)),
        ]


def test_lot_is_another_for_each_lead_and_the_same_whenever_it_is_drawn() -> None:
    names = [f"org_{number}" for number in range(12)]
    drawn = {lead: sorted(names, key=lambda name: lot(lead, name)) for lead in ("led_1", "led_2", "led_3")}

    assert drawn["led_1"] == [place.candidate.partner for place in ranking(map(like, names), WANTED, 3)]
    assert len({tuple(order) for order in drawn.values()}) == 3


def test_only_room_is_waited_for() -> None:
    assert Place(FITS, 0, (H.FULL,)).waits_for_room
    assert not Place(FITS, 0, (H.ASKED, H.FULL)).waits_for_room
    assert not Place(FITS, 1).waits_for_room


candidates = st.lists(
    st.builds(
        Candidate,
        partner=st.text("abcdef", min_size=4, max_size=4),
        model=st.sampled_from(["msp", "var"]),
        regions=st.frozensets(st.sampled_from(["DE", "AT"])),
        segments=st.frozensets(st.sampled_from(["mid_market", "enterprise"])),
        competencies=st.frozensets(st.sampled_from(["cold-chain", "docks"])),
        last_offered=st.none() | st.sampled_from([MONDAY, MONDAY - timedelta(days=3)]),
        open_offers=st.integers(0, 4),
        asked=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda candidate: candidate.partner,
)


@given(candidates, st.randoms(use_true_random=False))
def test_order_does_not_depend_on_the_order_in_which_partners_are_read(found: list[Candidate], chance: object) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert ranking(shuffled, WANTED, 3) == ranking(found, WANTED, 3)


@given(candidates)
def test_everybody_has_one_place_and_the_hindered_have_none(found: list[Candidate]) -> None:
    places = ranking(found, WANTED, 3)
    numbers = [place.number for place in places if place.number]

    assert sorted(place.candidate.partner for place in places) == sorted(one.partner for one in found)
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(bool(place.number) != bool(place.hindrances) for place in places)


@given(st.integers(1, 9), st.integers(2, 4))
def test_everybody_is_reached_before_anybody_is_reached_twice(partners: int, rounds: int) -> None:
    """Lead after lead, each answered before the next one comes."""
    names = [f"org_{number}" for number in range(partners)]
    last: dict[str, datetime] = {}
    reached = []
    for number in range(partners * rounds):
        pool = [like(name, last_offered=last.get(name)) for name in names]
        wanted = Wanted(f"led_{number}", "DE")
        first = ranking(pool, wanted, 3)[0].candidate.partner
        last[first] = MONDAY + timedelta(hours=number)
        reached.append(first)

    for start in range(0, len(reached), partners):
        assert sorted(reached[start : start + partners]) == names


def test_a_candidate_knows_nothing_that_must_not_count() -> None:
    """By its fields, so that a new one has to be thought of here."""
    assert set(Candidate.__dataclass_fields__) == {
        *("partner", "model", "regions", "segments", "competencies"),
        *("last_offered", "open_offers", "asked"),
    }


BERLIN = Calendar("Europe/Berlin", days_off=frozenset({date(2026, 11, 4)}))


@pytest.mark.parametrize(
    ("start", "calendar", "answer", "remind", "due", "recalled"),
    [
        (MONDAY, Calendar(), 2, 1, (4, 9, 30), (3, 9, 30)),
        (MONDAY, Calendar(), 2, 0, (4, 9, 30), None),
        (MONDAY, Calendar(), 2, 2, (4, 9, 30), None),
        (MONDAY, Calendar(), 1, 1, (3, 9, 30), None),
        (MONDAY, BERLIN, 2, 1, (5, 9, 30), (3, 9, 30)),
        (MONDAY + timedelta(days=4), Calendar(), 2, 1, (10, 9, 30), (9, 9, 30)),
        (MONDAY + timedelta(days=5), Calendar(), 2, 1, (10, 9, 30), (9, 9, 30)),
    ],
)
def test_answer_is_due_on_a_business_day_of_the_partner(
    start: datetime,
    calendar: Calendar,
    answer: int,
    remind: int,
    due: tuple[int, int, int],
    recalled: tuple[int, int, int] | None,
) -> None:
    def on(day: tuple[int, int, int]) -> datetime:
        return datetime(2026, 11, *day, tzinfo=UTC)

    assert dates_of_offer(start, calendar, answer_days=answer, remind_days=remind) == (
        on(due),
        on(recalled) if recalled else None,
    )


def test_public_holidays_of_the_partners_country_count() -> None:
    """Germany has Christmas off in 2025, Thursday and Friday; Türkiye works."""
    start = datetime(2025, 12, 24, 10, tzinfo=UTC)
    german, turkish = (combined("UTC", Settings(country=country), Settings()) for country in ("DE", "TR"))

    assert dates_of_offer(start, german, answer_days=1, remind_days=0)[0].day == 29
    assert dates_of_offer(start, turkish, answer_days=1, remind_days=0)[0].day == 25


def test_rule_says_its_numbers() -> None:
    said = order_in_words(LeadRules(answer_business_days=4, most_open_offers=7))

    assert "fewer than 7 offers" in said
    assert "within 4 business days" in said
    assert "Size, name and revenue play no part." in said
