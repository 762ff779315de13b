"""How much a file of customers may hold, whatever kind of file it is."""

MOST_BYTES = 10_000_000
# Room for the file and for what a form adds to it.
TAKES = MOST_BYTES + 100_000
MOST_ROWS = 100_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
LONGEST_TITLE = 200


class Unreadable(ValueError):
    """The file cannot be read as a table; the message says what to do about it."""


class NoSuchSheet(Unreadable):
    """The workbook has no sheet of that name; the message names those that it has."""
