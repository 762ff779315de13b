"""Where a wing hangs the nouns that people talk about: which have a conversation, who takes part, who is told.

Entries are filled in `AppConfig.ready()`; a thread knows its subject by type and public id alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

from prm.accounts.models import Organisation, User
from prm.registry import Registry


@dataclass(frozen=True)
class Subject:
    """What a conversation is about. `label` names it in a notice, `path` is its page.

    The conversation has a page of its own at `thread_path`, and `read/` below that.
    """

    type: str
    id: str
    partner: Organisation
    label: str
    path: str
    thread_path: str


@dataclass(frozen=True)
class ThreadKind:
    """One type of subject.

    `find` gives the subject to those who may read it while it has a conversation, else None, as if it were not
    there. `can_write` is asked of those who may read. `can_read_internal` is asked of the vendor's people only.
    `participants` are told of every message, whoever writes it.
    """

    find: Callable[[User, str], Subject | None]
    can_write: Callable[[User, Subject], bool]
    can_read_internal: Callable[[User, Subject], bool]
    participants: Callable[[Subject], list[User]]


THREADS: Registry[ThreadKind] = Registry("kind of thread")


def reads_internal(user: User, subject: Subject) -> bool:
    """Never a partner, whatever a wing says."""
    return user.is_vendor and THREADS[subject.type].can_read_internal(user, subject)
