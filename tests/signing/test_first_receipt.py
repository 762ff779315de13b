"""What was issued once verifies for ever: a receipt of the first version, by every reader that we have."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from deals.receipts.sentences import told
from prm.signing import jws, merkle, rules
from prm.signing.offline.verify_receipt import chain, main
from prm.signing.rules import PublicKey
from tests.signing.first_receipt import KEY, PATHS, RECEIPT, ROOTS

KEYS = {KEY["kid"]: PublicKey(KEY["kid"], jws.unb64(KEY["x"]), datetime.fromtimestamp(KEY["nbf"], UTC))}
CONSTANT = ("deal", "partner", "priority_at", "place")


def claims(text: str) -> dict[str, Any]:
    return jws.read(text).claims


def test_chain_is_whole() -> None:
    assert rules.check(RECEIPT, KEYS, constant=CONSTANT) == []
    assert rules.check(ROOTS, KEYS, constant=()) == []


def test_key_has_its_name() -> None:
    assert jws.thumbprint(jws.unb64(KEY["x"])) == KEY["kid"]


@pytest.mark.parametrize("step", range(3))
def test_path_leads_to_the_root_of_its_day(step: int) -> None:
    day, way = PATHS[step]
    root = claims(ROOTS[step])

    assert root["day"] == day
    assert merkle.climbed(jws.digest(RECEIPT[step]), way) == root["root"]


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize("level", range(10))
def test_every_level_of_a_path_counts(step: int, level: int) -> None:
    _day, way = PATHS[step]
    side, beside = way[level]
    turned = [*way[:level], ("left" if side == "right" else "right", beside), *way[level + 1 :]]
    changed = [*way[:level], (side, "0" * 64), *way[level + 1 :]]
    shorter = [*way[:level], *way[level + 1 :]]

    for other in (turned, changed, shorter):
        assert merkle.climbed(jws.digest(RECEIPT[step]), other) != claims(ROOTS[step])["root"]


def test_script_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    inclusion = [{"day": day, "path": way} for day, way in PATHS]
    main({"receipt": RECEIPT, "inclusion": inclusion}, {"keys": [KEY]}, {"roots": ROOTS})

    assert capsys.readouterr().out.splitlines() == [
        "registered None 2026-11-21T09:00:00.123456Z in its root",
        "decided exclusive 2026-11-21T09:00:00.123456Z in its root",
        "ended won 2026-11-21T09:00:00.123456Z in its root",
    ]


def test_script_reads_it_before_its_days_are_published(capsys: pytest.CaptureFixture[str]) -> None:
    inclusion = [{"day": day, "path": None} for day, _way in PATHS]
    main({"receipt": RECEIPT, "inclusion": inclusion}, {"keys": [KEY]}, {"roots": []})

    assert capsys.readouterr().out.count("no root yet") == 3


@pytest.mark.parametrize("place", [0, 1, 2])
def test_script_finds_a_flipped_byte(place: int) -> None:
    head, body, signature = RECEIPT[place].split(".")
    said = jws.unb64(body).replace(b'"seq":', b'"sep":')
    changed = [*RECEIPT[:place], f"{head}.{jws.b64(said)}.{signature}", *RECEIPT[place + 1 :]]

    with pytest.raises(InvalidSignature):
        chain(changed, {KEY["kid"]: KEY})


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2), (1, 2), (0, 0, 1), (2, 1, 0), (0, 1, 1)])
def test_script_finds_what_is_missing_or_moved(order: tuple[int, ...]) -> None:
    with pytest.raises(SystemExit):
        chain([RECEIPT[at] for at in order], {KEY["kid"]: KEY})


@pytest.mark.parametrize("times", [{"nbf": 1795251901}, {"exp": 1795251299}, {"nbf": 0, "exp": 1}])
def test_script_asks_when_the_key_was_in_use(times: dict[str, int]) -> None:
    with pytest.raises(SystemExit):
        chain(RECEIPT[:1], {KEY["kid"]: {**KEY, **times}})


def test_control_script_believes_the_beginning() -> None:
    assert [step["seq"] for step in chain(RECEIPT[:2], {KEY["kid"]: KEY})] == [1, 2]


def test_it_is_told_in_sentences() -> None:
    assert [told(claims(text)).split(" was ")[0].split(" on ")[0] for text in RECEIPT] == [
        "deal_7k2mbcdfghjkmnpqrs",
        "It",
        "The deal",
    ]
    assert told(claims(RECEIPT[2])).startswith("The deal was closed as won on")


def test_claims_are_those_of_the_documentation() -> None:
    names = {"seq", "prev", "kind", "deal", "partner", "priority_at", "at", "outcome", "protected_until", "terms"}

    for text in RECEIPT:
        assert names | {"policy", "place", "iss", "iat", "event"} == set(claims(text))
