"""Who may import whom: floors, rooms and the purity of rules."""

import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT, code_files, imports_of, module_of, name_of

# From the door inwards; a room imports its like or what lies deeper.
DEPTH = {
    "urls": 0,
    "api_urls": 0,
    "views": 1,
    "api": 1,
    "tasks": 1,
    "management": 1,
    "forms": 2,
    "actions": 3,
    "notices": 4,
    "selectors": 5,
    "policies": 6,
    "models": 7,
    "rules": 8,
    "states": 9,
}
# Messages are handed to the outbox by its verb.
REASONED = {
    ("deals.punctuality.notices", "prm.notices.actions"),
    ("deals.registrations.notices", "prm.notices.actions"),
    ("deals.extensions.notices", "prm.notices.actions"),
    ("deals.teaming.notices", "prm.notices.actions"),
    ("deals.leads.notices", "prm.notices.actions"),
    ("deals.marketplace.notices", "prm.notices.actions"),
    ("deals.cases.notices", "prm.notices.actions"),
    ("deals.appeals.notices", "prm.notices.actions"),
    ("deals.amendments.notices", "prm.notices.actions"),
    ("deals.engagement.notices", "prm.notices.actions"),
    ("deals.cosell.notices", "prm.notices.actions"),
    ("deals.reversals.notices", "prm.notices.actions"),
    ("deals.releases.notices", "prm.notices.actions"),
    ("deals.records.notices", "prm.notices.actions"),
    ("enablement.library.notices", "prm.notices.actions"),
    ("prm.exports.notices", "prm.notices.actions"),
    ("prm.accounts.second_steps.notices", "prm.notices.actions"),
    ("prm.signing.notices", "prm.notices.actions"),
    ("prm.policy.notices", "prm.notices.actions"),
    ("prm.policy.selectors", "prm.policy.actions"),
    ("prm.threads.notices", "prm.notices.actions"),
    ("prm.payments.notices", "prm.notices.actions"),
    ("prm.ledger.notices", "prm.notices.actions"),
    ("deals.rebates.notices", "prm.notices.actions"),
    ("deals.holds.notices", "prm.notices.actions"),
    ("deals.earnings.notices", "prm.notices.actions"),
}
WINGS = ("deals", "enablement", "partners")


def test_floors_and_rooms_are_kept() -> None:
    """In a process of its own: the linter switches off every logger that is there."""
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stdout


def test_rooms_of_different_nouns_keep_the_order_too() -> None:
    modules = {module_of(path): path for path in code_files()}
    upward = {
        (importer, imported)
        for importer, path in modules.items()
        for imported in imported_modules(imports_of(path), modules)
        if depth_of(importer) is not None and (depth_of(imported) or 99) < (depth_of(importer) or 0)
    }

    assert upward - REASONED == set()


def imported_modules(names: set[str], modules: dict[str, object]) -> set[str]:
    return {module for name in names for module in (name, name.rpartition(".")[0]) if module in modules}


def depth_of(module: str) -> int | None:
    parts = module.split(".")
    return DEPTH.get("management" if "management" in parts else parts[-1])


def test_rules_know_neither_tables_nor_clocks() -> None:
    rules = [path for path in code_files() if path.name == "rules.py"]
    impure = {name_of(path): sorted(name for name in imports_of(path) if is_impure(name)) for path in rules}

    assert rules != []
    assert {name: found for name, found in impure.items() if found} == {}


def is_impure(name: str) -> bool:
    """Texts may be translated; everything else of Django, every table and every clock stays outside."""
    if name.startswith("django"):
        return not name.startswith("django.utils.translation")
    return "models" in name.split(".") or name.startswith(("prm.clocks.database", "time."))


def test_rules_read_no_clock() -> None:
    rules = [path for path in code_files() if path.name == "rules.py"]
    clocks = (".now(", ".today(", ".utcnow(", "time.time(")

    assert [name_of(path) for path in rules for clock in clocks if clock in path.read_text()] == []


def test_no_signals_between_own_apps() -> None:
    """A verb calls what it means; nothing happens because a row was saved."""
    signals = ("django.db.models.signals", "django.dispatch")
    importers = [name_of(path) for path in code_files() for name in imports_of(path) if name.startswith(signals)]

    assert importers == []


def test_foundations_know_no_wing() -> None:
    upward = [
        (name_of(path), name)
        for path in code_files()
        if name_of(path).startswith("prm/")
        for name in imports_of(path)
        if name.partition(".")[0] in WINGS
    ]

    assert upward == []


def test_only_actions_write() -> None:
    """Doors and questions hold no write of their own."""
    readers = [path for path in code_files() if path.name in {"views.py", "api.py", "selectors.py", "policies.py"}]
    writes = (".save(", ".objects.create(", ".bulk_create(", ".delete()", ".update(")

    assert [(name_of(path), write) for path in readers for write in writes if write in path.read_text()] == []
