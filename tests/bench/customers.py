"""Made-up customers, the same ones in every run."""

import csv
import random
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

HEADER = ["external_id", "name", "country", "city", "website"]
_FIRST = "Nord Süd Alpen Hanse Rhein Elbe Main Donau Iberia Atlas Orion Vega Lumen Terra Aqua Ferro Nova Quanta"
_SECOND = "logistik technik bau energie pharma foods systems metall optik textil marine agrar media print"
FIRST, SECOND = _FIRST.split(), _SECOND.split()
FORMS = ["GmbH", "AG", "Ltd", "S.A.", "S.p.A.", "GmbH & Co. KG", "Oy", "B.V.", ""]
COUNTRIES = ["DE", "AT", "CH", "FR", "IT", "ES", "GB", "NL", "FI", "XK"]
CITIES = ["Hamburg", "Wien", "Zürich", "Lyon", "Torino", "Bilbao", "Leeds", "Utrecht", "Oulu", "Pristina"]


def made_up(count: int) -> Iterator[list[str]]:
    chance = random.Random(20)
    for number in range(count):
        stem = f"{chance.choice(FIRST)}{chance.choice(SECOND)} {chance.choice(FIRST)} {number}"
        place = chance.randrange(len(COUNTRIES))
        website = f"https://www.{stem.lower().replace(' ', '-').replace('ü', 'ue')}.com/start" if number % 5 else ""
        yield [f"crm-{number}", f"{stem} {chance.choice(FORMS)}", COUNTRIES[place], CITIES[place], website]


def write_csv(file: Path, rows: Iterable[list[str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return file


def sample(count: int, of: int) -> list[list[str]]:
    """Every so many-th of the customers, spread over all of them."""
    return list(islice(made_up(of), 0, of, max(1, of // count)))
