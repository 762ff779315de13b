"""Everything that one assessment rests on, as plain values: kept with a decision, judged again under other rules."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from deals.conflicts import rules
from deals.conflicts.incumbents import OfRecord
from deals.rulebook import DealRules


@dataclass(frozen=True)
class Case:
    asked: rules.Asked
    rivals: tuple[rules.Rival, ...]
    customers: tuple[rules.Customer, ...]

    def found(self, deal_rules: DealRules) -> list[rules.Found]:
        return rules.assess(self.asked, self.rivals, self.customers, deal_rules)


def plain(case: Case) -> dict[str, Any]:
    """As JSON keeps it; see also: read."""
    written: dict[str, Any] = _written(asdict(case))
    return written


def _written(value: Any) -> Any:
    match value:
        case dict():
            return {name: _written(inner) for name, inner in value.items()}
        case frozenset():
            return sorted(_written(inner) for inner in value)
        case list() | tuple():
            return [_written(inner) for inner in value]
        case datetime() | date():
            return value.isoformat()
    return value


def read(kept: dict[str, Any]) -> Case:
    """The way back of `plain`."""
    return Case(
        asked=_asked(kept["asked"]),
        rivals=tuple(_rival(row) for row in kept["rivals"]),
        customers=tuple(_customer(row) for row in kept["customers"]),
    )


def _asked(row: dict[str, Any]) -> rules.Asked:
    agreement = rules.Agreement(**{name: frozenset(values) for name, values in row["agreement"].items()})
    return rules.Asked(
        **{
            **row,
            "place": _place(row["place"]),
            "products": frozenset(row["products"]),
            "registered_on": row["registered_on"] and date.fromisoformat(row["registered_on"]),
            "agreement": agreement,
            "business": rules.Business(**row["business"]),
        }
    )


def _rival(row: dict[str, Any]) -> rules.Rival:
    # Kept before there was first refusal: nobody had any.
    sets = {name: frozenset(row.get(name, ())) for name in ("products", "protected", "refusal")}
    until = row["until"] and datetime.fromisoformat(row["until"])
    return rules.Rival(
        **{**row, **sets, "place": _place(row["place"]), "evidence": _evidence(row["evidence"]), "until": until}
    )


def _customer(row: dict[str, Any]) -> rules.Customer:
    tenders = tuple(
        rules.Tendered(
            **{
                **told,
                "published_on": date.fromisoformat(told["published_on"]),
                "products": frozenset(told["products"]),
            }
        )
        for told in row["tenders"]
    )
    # Decisions of before our own sales were known here have none.
    direct = tuple(
        rules.Direct(**{**ours, "on": date.fromisoformat(ours["on"]), "products": frozenset(ours["products"])})
        for ours in row.get("direct", ())
    )
    about = {"tenders": tenders, "direct": direct, "of_record": _of_record(row.get("of_record"))}
    return rules.Customer(**{**row, "evidence": _evidence(row["evidence"]), **about})


def _of_record(row: dict[str, Any] | None) -> OfRecord | None:
    """Decisions of before partners of record were kept know of none."""
    return OfRecord(row["own"], datetime.fromisoformat(row["until"])) if row else None


def _place(kept: list[Any]) -> rules.Place:
    return datetime.fromisoformat(kept[0]), int(kept[1])


def _evidence(kept: list[list[str]]) -> tuple[rules.Evidence, ...]:
    return tuple((rule, text) for rule, text in kept)
