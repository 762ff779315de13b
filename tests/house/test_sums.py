"""No sum over two currencies: whoever adds up money in the database says by which currency, or in which."""

import ast
from collections.abc import Iterator

from tests.house.source import code_files, module_of, tree_of

MONEY = {"amount", "value", "won_value", "refunded_value", "total", "volume", "price", "list_price", "cost"}


def sums_without_currency(tree: ast.AST) -> Iterator[str]:
    """Functions that add up a column of money and never speak of a currency."""
    helpers = {function.name for function in functions(tree) if is_helper(function)}
    for function in functions(tree):
        if function.name not in helpers and adds_money(function, helpers) and not speaks_of_currency(function):
            yield function.name


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def is_helper(function: ast.FunctionDef) -> bool:
    """`return Sum(…)` alone, asked of no rows yet: whoever calls it answers for the currency."""
    asks = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)} & {"aggregate", "annotate"}
    is_one = len(function.body) == 1 and isinstance(function.body[0], ast.Return)
    return is_one and not asks and adds_money(function, set())


def adds_money(function: ast.FunctionDef, helpers: set[str]) -> bool:
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return any(
        isinstance(call.func, ast.Name)
        and (call.func.id in helpers or (call.func.id == "Sum" and MONEY & set(texts(call))))
        for call in calls
    )


def texts(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def speaks_of_currency(function: ast.FunctionDef) -> bool:
    named = {node.arg for node in ast.walk(function) if isinstance(node, ast.keyword) and node.arg}
    return "currency" in named or "currency" in set(texts(function))


def test_money_is_added_up_within_a_currency() -> None:
    found = {f"{module_of(path)}.{name}" for path in code_files() for name in sums_without_currency(tree_of(path))}

    assert found == set()


def test_control_sum_over_everything_is_found() -> None:
    careless = ast.parse(
        "def _sum(condition):\n    return Sum('amount', filter=condition)\n"
        "def total(rows):\n    return rows.aggregate(total=_sum(Q()))\n"
        "def plain(rows):\n    return rows.aggregate(total=Sum('amount'))\n"
        "def grouped(rows):\n    return rows.values('currency').annotate(total=_sum(Q()))\n"
        "def narrowed(rows):\n    return rows.filter(currency='EUR').aggregate(total=Sum('value'))\n"
        "def counted(rows):\n    return rows.aggregate(total=Sum('asks'))\n"
    )

    assert sorted(sums_without_currency(careless)) == ["plain", "total"]
