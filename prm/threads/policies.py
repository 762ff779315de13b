"""Who may do what in a conversation. Whether the person sees it at all is the wing's `find`."""

from prm.accounts.models import User
from prm.threads.sockets import THREADS, Subject, reads_internal


def can_write(user: User, subject: Subject) -> bool:
    return THREADS[subject.type].can_write(user, subject)


def can_write_internally(user: User, subject: Subject) -> bool:
    """Nobody writes what they could not read."""
    return can_write(user, subject) and reads_internal(user, subject)
