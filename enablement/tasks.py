"""Where Celery looks for the tasks of the wing."""

from enablement.library.tasks import remind_of_library as remind_of_library
