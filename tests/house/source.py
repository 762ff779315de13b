"""The project's own source, read as text and as syntax trees: what the measures are taken from."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "deals", "enablement", "partners", "prm")

Function = ast.FunctionDef | ast.AsyncFunctionDef
BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.Assert, ast.match_case)


@dataclass(frozen=True)
class Measured:
    """One function: `where` is `path:line name`, `lines` from `def` to the end, `complexity` 1 + branches + and/or."""

    where: str
    path: Path
    node: Function
    lines: int
    complexity: int


@cache
def code_files() -> tuple[Path, ...]:
    """The product's Python files; migrations are Django's words."""
    files = [ROOT / "manage.py"]
    for package in PACKAGES:
        files += sorted(path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)
    return tuple(files)


@cache
def files_of_tests() -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "tests").rglob("*.py")))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    return name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def functions_of(path: Path) -> Iterator[Measured]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, Function):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Measured(f"{name_of(path)}:{node.lineno} {node.name}", path, node, lines, complexity(node))


@cache
def functions() -> tuple[Measured, ...]:
    return tuple(measured for path in code_files() for measured in functions_of(path))


def complexity(function: ast.AST) -> int:
    """Comprehensions count for each of their conditions, `a and b and c` for two."""
    found = 1
    for node in ast.walk(function):
        if isinstance(node, BRANCHES):
            found += 1
        elif isinstance(node, ast.BoolOp):
            found += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            found += len(node.ifs)
    return found


def imports_of(path: Path) -> set[str]:
    """Every module or name that the file imports, as dotted names: `from a import b` gives `a.b`."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def lines_of_text(paths: tuple[Path, ...]) -> int:
    """Lines that are not blank."""
    return sum(bool(line.strip()) for path in paths for line in path.read_text().splitlines())
