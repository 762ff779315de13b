"""How a file is refused: a sentence that says how to mend it."""


class Refused(ValueError):
    pass
