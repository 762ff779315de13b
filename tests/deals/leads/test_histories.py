"""Whole histories of leads: whatever partners do, turns are kept and nothing happens twice."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from deals.leads.rules import Candidate, Wanted, ranking
from deals.leads.states import Hindrance
from tests.deals.leads.asking import MONDAY

HOUR = timedelta(hours=1)
ANSWERS = ("accept", "decline", "lapse")


class Field:
    """Partners and what they were offered, as plain values: what the tables hold, without tables."""

    def __init__(self, names: list[str], most_open: int = 3) -> None:
        self.names, self.most_open = names, most_open
        self.last: dict[str, datetime] = {}
        self.open: Counter[str] = Counter()
        self.now = MONDAY

    def pool(self, asked: set[str]) -> list[Candidate]:
        return [
            Candidate(
                partner=name,
                model="var",
                last_offered=self.last.get(name),
                open_offers=self.open[name],
                asked=name in asked,
            )
            for name in self.names
        ]

    def ask(self, lead: str, asked: set[str]) -> str:
        """Whoever is first is asked; empty when nobody can be."""
        self.now += HOUR
        first = ranking(self.pool(asked), Wanted(lead, "DE"), self.most_open)[0]
        if not first.number:
            return ""
        name = first.candidate.partner
        self.last[name] = self.now
        asked.add(name)
        return name


names = st.integers(1, 7).map(lambda count: [f"org_{number}" for number in range(count)])
answers = st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=25)


@given(names, answers)
def test_lead_goes_to_each_partner_at_most_once_a_round(partners: list[str], given_answers: list[str]) -> None:
    field, asked, reached = Field(partners), set[str](), []
    for answer in given_answers:
        name = field.ask("led_1", asked)
        if not name:
            break
        reached.append(name)
        if answer == "accept":
            break

    assert len(reached) == len(set(reached))
    if "accept" not in given_answers[: len(partners)]:
        assert len(reached) == min(len(partners), len(given_answers))


@given(names, answers)
def test_nobody_waits_for_longer_than_one_whole_turn(partners: list[str], given_answers: list[str]) -> None:
    """Between two offers to one partner, each of the others had one: whatever anybody answers."""
    field, reached = Field(partners), []
    for number, answer in enumerate(given_answers):
        asked: set[str] = set()
        while name := field.ask(f"led_{number}", asked):
            reached.append(name)
            if answer == "accept":
                break

    for place, name in enumerate(reached):
        since = reached[:place][::-1]
        if name in since:
            assert set(partners) - {name} <= set(since[: since.index(name)])


@given(names, st.integers(1, 4), st.integers(1, 40))
def test_nobody_ever_has_more_open_offers_than_one_may(partners: list[str], most: int, leads: int) -> None:
    field, waiting = Field(partners, most), 0
    for number in range(leads):
        name = field.ask(f"led_{number}", set())
        if name:
            field.open[name] += 1
        else:
            waiting += 1

    assert max(field.open.values(), default=0) <= most
    assert waiting == max(0, leads - most * len(partners))


@given(names, st.integers(1, 30))
def test_spread_over_partners_is_even(partners: list[str], leads: int) -> None:
    field = Field(partners)
    counted = Counter(field.ask(f"led_{number}", set()) for number in range(leads))

    assert max(counted.values()) - min(counted[name] for name in partners) <= 1


@settings(max_examples=30)
@given(st.permutations([f"org_{number}" for number in range(6)]), st.integers(1, 12))
def test_names_in_another_order_give_the_same_history(shuffled: list[str], leads: int) -> None:
    plain, mixed = Field(sorted(shuffled)), Field(list(shuffled))

    assert [plain.ask(f"led_{number}", set()) for number in range(leads)] == [
        mixed.ask(f"led_{number}", set()) for number in range(leads)
    ]


@given(names)
def test_newcomer_is_asked_before_those_who_had_their_turn(partners: list[str]) -> None:
    field = Field(list(partners))
    for number in range(len(partners)):
        field.ask(f"led_{number}", set())
    field.names.append("org_new")

    assert field.ask("led_new", set()) == "org_new"
    longest = min(partners, key=field.last.__getitem__)
    assert field.ask("led_next", set()) == longest


@given(names, st.integers(0, 6))
def test_whoever_is_full_keeps_the_turn(partners: list[str], place: int) -> None:
    """Room comes back, and with it the place that it had."""
    field = Field(partners, 1)
    full = partners[place % len(partners)]
    field.open[full] = 1
    asked: set[str] = set()
    while field.ask("led_1", asked):
        continue
    assert asked == set(partners) - {full}

    field.open[full] = 0
    assert field.ask("led_2", set()) == full


def test_lots_are_even_over_many_leads() -> None:
    """Two partners that never had an offer: neither the name nor the id decides."""
    pool = [Candidate("org_aaa", "var"), Candidate("org_zzz", "var")]
    firsts = Counter(ranking(pool, Wanted(f"led_{number}", "DE"), 3)[0].candidate.partner for number in range(2000))

    assert 900 <= firsts["org_aaa"] <= 1100


def test_order_of_those_who_are_not_asked_tells_why() -> None:
    asked, full = Candidate("org_a", "var", asked=True), Candidate("org_b", "var", open_offers=3)
    found = ranking([asked, full], Wanted("led_1", "DE"), 3)

    assert {place.candidate.partner: place.hindrances for place in found} == {
        "org_a": (Hindrance.ASKED,),
        "org_b": (Hindrance.FULL,),
    }
    assert [place.number for place in found] == [0, 0]
