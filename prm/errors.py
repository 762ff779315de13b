"""Anticipated failures of verbs. Doors translate them once: form error in the portal, problem+json in the API."""


class PrmError(Exception):
    """A sentence a person can read and act on."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(PrmError):
    """The object is yours to see, the verb is not yours to call (403)."""


class InvalidInput(PrmError):
    """What was given cannot be taken (400). `errors` maps a field's dotted path to its sentences."""

    def __init__(self, errors: dict[str, list[str]], message: str = "Please correct the marked fields.") -> None:
        super().__init__(message)
        self.errors = errors


class StateConflict(PrmError):
    """The verb does not fit the present state, or lost a race (409). `state` is the state as it is now."""

    def __init__(self, message: str, *, state: str = "", code: str = "state_conflict") -> None:
        super().__init__(message)
        self.state = state
        self.code = code


class TooOften(PrmError):
    """A limit is used up (429); it makes room again in `wait_seconds`."""

    def __init__(self, message: str, *, wait_seconds: int) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds
