"""Who is paid with a run, added up beforehand: at least 10.00, to known accounts, less what was taken back."""

from decimal import Decimal

import pytest

from prm.payments.rules import Open, plan

# Entries by organisation | organisations with an account | what is paid | what nobody can be paid | what is too little.
TABLE = """
    1:-52.41 | 1 | - | - | 1:-52.41
    1:140.77 1:-137.86 1:172.61 1:-195.90 2:173.81 2:158.35 2:183.72 | 2 | 2:515.88 | - | 1:-20.38
    1:80.29 2:133.96 3:103.27 3:-16.44 3:24.09 3:140.75 | 1 2 | 1:80.29 2:133.96 | 3:251.67 | -
    1:-47.31 | - | - | - | 1:-47.31
    1:136.70 2:66.74 2:116.89 2:40.74 2:145.12 | 1 2 | 1:136.70 2:369.49 | - | -
    1:72.93 | 1 | 1:72.93 | - | -
    1:180.43 | 1 | 1:180.43 | - | -
    1:-116.04 1:110.84 1:162.01 1:24.37 2:-69.85 3:-84.57 3:-49.38 3:50.29 3:95.32 | 1 2 | 1:181.18 | 3:11.66 | 2:-69.85
    1:119.79 2:129.64 | 1 | 1:119.79 | 2:129.64 | -
    1:47.15 2:-80.43 3:-170.91 3:150.43 | 1 2 | 1:47.15 | - | 2:-80.43 3:-20.48
    1:-176.08 1:15.16 1:-114.42 1:123.86 2:-177.39 | 1 2 | - | - | 1:-151.48 2:-177.39
    1:-137.78 | - | - | - | 1:-137.78
    1:-54.94 1:66.97 2:-173.37 2:89.80 2:154.49 2:37.63 | 1 2 | 1:12.03 2:108.55 | - | -
    1:-5.63 2:102.42 2:64.76 2:117.75 2:192.80 | 1 2 | 2:477.73 | - | 1:-5.63
    1:92.10 1:-56.53 1:179.65 1:-85.35 2:-112.10 2:158.15 2:130.89 2:71.25 | - | - | 1:129.87 2:248.19 | -
    1:115.26 1:173.00 2:-153.58 | 1 2 | 1:288.26 | - | 2:-153.58
    1:136.64 2:144.25 2:12.20 3:-51.63 3:103.58 3:132.87 3:182.32 | 1 2 3 | 1:136.64 2:156.45 3:367.14 | - | -
    1:34.66 2:-39.95 2:-4.05 2:-155.74 2:96.17 3:-3.44 | 3 | - | 1:34.66 | 2:-103.57 3:-3.44
    1:-176.88 1:110.56 1:-182.06 2:61.82 | 1 2 | 2:61.82 | - | 1:-248.38
    1:184.43 1:-108.68 1:-125.32 2:46.15 3:58.74 | 1 2 | 2:46.15 | 3:58.74 | 1:-49.57
    1:10.61 | 1 | 1:10.61 | - | -
    1:-23.82 1:139.93 1:67.33 1:126.47 | 1 | 1:309.91 | - | -
    1:64.85 1:44.66 2:-188.91 2:-109.31 | 1 | 1:109.51 | - | 2:-298.22
    1:-40.65 1:-44.44 1:186.56 2:55.23 3:40.20 3:94.57 3:78.93 | 2 3 | 2:55.23 3:213.70 | 1:101.47 | -
    1:132.19 1:45.31 1:125.06 1:51.96 | 1 | 1:354.52 | - | -
    1:-77.30 1:120.84 1:-184.80 2:138.15 2:23.51 | 1 | - | 2:161.66 | 1:-141.26
    1:97.03 1:98.07 1:106.42 1:20.53 | 1 | 1:322.05 | - | -
    1:-44.20 1:145.87 1:-25.89 2:100.66 2:64.38 3:77.16 3:89.56 3:171.84 | 2 3 | 2:165.04 3:338.56 | 1:75.78 | -
    1:151.27 1:-0.88 2:58.95 2:182.20 2:105.13 2:-10.48 | 1 2 | 1:150.39 2:335.80 | - | -
    1:199.26 1:-77.12 2:77.32 2:160.28 2:190.09 2:-85.64 | 1 2 | 1:122.14 2:342.05 | - | -
    1:106.52 1:199.33 1:199.42 1:-142.43 | 1 | 1:362.84 | - | -
    1:37.46 2:47.92 2:101.92 3:103.01 3:192.91 3:-29.00 3:124.15 | 1 2 3 | 1:37.46 2:149.84 3:391.07 | - | -
    1:110.45 1:13.01 1:132.08 2:185.93 | 1 | 1:255.54 | 2:185.93 | -
    1:-69.91 1:-124.11 1:70.58 1:-113.84 2:180.08 2:157.35 | 1 2 | 2:337.43 | - | 1:-237.28
    1:125.97 | 1 | 1:125.97 | - | -
    1:-169.36 1:74.08 2:121.40 3:45.98 3:8.04 3:-185.45 4:21.93 | 2 3 4 | 2:121.40 4:21.93 | - | 1:-95.28 3:-131.43
    1:29.46 1:-39.26 2:-19.70 2:-125.62 2:93.25 2:-91.69 3:131.88 3:155.73 | 2 3 | 3:287.61 | - | 1:-9.80 2:-143.76
    1:-49.42 1:-190.92 1:181.27 | 1 | - | - | 1:-59.07
    1:119.38 1:132.51 1:17.90 1:-162.39 | - | - | 1:107.40 | -
    1:83.03 1:7.71 1:113.74 1:122.32 2:60.95 2:-125.97 2:118.83 3:24.76 | 1 2 3 | 1:326.80 2:53.81 3:24.76 | - | -
    1:113.60 1:6.35 1:68.15 | 1 | 1:188.10 | - | -
    1:52.26 1:160.78 2:135.93 2:120.21 2:-77.67 | 1 2 | 1:213.04 2:178.47 | - | -
    1:22.51 1:101.64 2:-167.89 | 2 | - | 1:124.15 | 2:-167.89
    1:-17.52 1:83.20 1:-166.29 1:-82.89 2:107.11 2:109.40 2:184.73 | 2 | 2:401.24 | - | 1:-183.50
    1:122.37 1:101.32 1:-92.98 1:128.35 | 1 | 1:259.06 | - | -
"""
ROWS = [[part.split() for part in line.split("|")] for line in TABLE.strip().splitlines()]


def amounts_of(cells: list[str]) -> dict[int, Decimal]:
    """`7:10.00` as {7: 10.00}; a dash is nobody."""
    parted = [cell.split(":") for cell in cells if cell != "-"]
    return {int(organisation): Decimal(amount) for organisation, amount in parted}


def opened(entries: list[str], accounts: list[str]) -> list[Open]:
    known = {int(organisation) for organisation in accounts if organisation != "-"}
    rows = []
    for number, cell in enumerate(entries):
        organisation, amount = cell.split(":")
        payee = int(organisation) * 10 if int(organisation) in known else None
        rows.append(Open(number, int(organisation), Decimal(amount), payee))
    return rows


@pytest.mark.parametrize("part", range(4))
def test_plan_comes_to_what_the_table_says(part: int) -> None:
    for entries, accounts, paid, without, little in ROWS[part::4]:
        found = plan(opened(entries, accounts), Decimal(10))

        assert {row.organisation: row.amount for row in found.payments} == amounts_of(paid)
        assert found.without_payee == amounts_of(without)
        assert found.too_little == amounts_of(little)
        assert all(row.payee == row.organisation * 10 for row in found.payments)


def test_plan_holds_every_entry_of_whom_it_pays() -> None:
    for entries, accounts, paid, _without, _little in ROWS:
        rows = opened(entries, accounts)
        wanted = {row.entry for row in rows if row.organisation in amounts_of(paid)}
        held = [entry for payment in plan(rows, Decimal(10)).payments for entry in payment.entries]

        assert sorted(held) == sorted(wanted)


def test_order_of_entries_changes_no_amount() -> None:
    for entries, accounts, paid, _without, _little in ROWS:
        backwards = plan(opened(entries, accounts)[::-1], Decimal(10))

        assert {row.organisation: row.amount for row in backwards.payments} == amounts_of(paid)
