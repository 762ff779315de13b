"""`python -m tests.chaos [--kills 100] [--of 1000] [--seed 1] [--burst 10] [--progress FILE]`: kills, until enough.

Each run starts an installation of its own and goes on counting where the last one ended; the progress is a file of
one JSON line for each burst. The shots of a seed are the same in every run.
"""

import argparse
import json
import random
import sys
from pathlib import Path

from config.embedded.paths import ROOT
from tests.chaos.clients import Ledger
from tests.chaos.installation import Installation, installation, seconds_until
from tests.chaos.reckoning import faults, look
from tests.chaos.shooting import ALL_DONE, BURST, PATIENCE, Burst, shoot, unfinished


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how many in this run")
    parser.add_argument("--of", type=int, default=1000, help="how many in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--burst", type=int, default=BURST, help="shots before everything has to come back")
    parser.add_argument(
        "--progress", type=Path, default=ROOT / ".data" / "chaos.jsonl", help="where survivals are kept"
    )
    return parser.parse_args()


def survived(progress: Path, seed: int) -> list[dict[str, object]]:
    lines = progress.read_text().splitlines() if progress.exists() else []
    return [line for line in map(json.loads, lines) if line["seed"] == seed]


def kills(bursts: list[dict[str, object]]) -> int:
    return sum(shot["hit"] for burst in bursts for shot in burst["shots"])  # type: ignore[attr-defined]


def campaign(house: Installation, given: argparse.Namespace) -> list[str]:
    """Bursts until this run has done its share or all are done. Returns what is wrong; nothing is the good end."""
    before, ledger, done = survived(given.progress, given.seed), Ledger(), []
    wanted = min(given.kills, given.of - kills(before))
    while kills(done) < wanted:
        chance = random.Random(f"{given.seed} {len(before) + len(done)}")
        burst = shoot(house, ledger, chance=chance, shots=given.burst)
        done.append({"seed": given.seed} | burst.told())
        wrong = judged(house, ledger, burst)
        print(f"{kills(before) + kills(done)} of {given.of}: {words(burst, ledger)}", flush=True)
        if wrong:
            return wrong
        with given.progress.open("a") as file:
            file.write(json.dumps(done[-1]) + "\n")
    return []


def judged(house: Installation, ledger: Ledger, burst: Burst) -> list[str]:
    if burst.silent:
        return [f"no {' or '.join(burst.silent)} {PATIENCE:.0f} seconds after {burst.shots[-1].victim} was killed"]
    if seconds_until(lambda: not unfinished(house), ALL_DONE) >= ALL_DONE:
        return [f"after {ALL_DONE:.0f} seconds still waiting: {unfinished(house)}"]
    return ledger.unanswered + faults(ledger.promised, look(house))


def words(burst: Burst, ledger: Ledger) -> str:
    hit = ", ".join(shot.victim for shot in burst.shots if shot.hit)
    return f"{hit}; all back in {burst.resumed:.1f} s; {len(ledger.promised)} registrations so far"


def main() -> int:
    given = arguments()
    given.progress.parent.mkdir(parents=True, exist_ok=True)
    with installation() as house:
        wrong = campaign(house, given)
        wrong += [house.said()] if wrong else []
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
