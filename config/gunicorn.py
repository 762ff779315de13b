"""The web server's settings. Loading the application takes seconds of work, so it is done once, before the fork."""

import gc
from typing import Any

from django.db import connections
from django.urls import get_resolver

from config.embedded.services import web_workers
from prm.api.logs import TOLD_PATH

wsgi_app = "config.wsgi"
worker_class = "sync"
workers = web_workers()
preload_app = True
graceful_timeout = 5
control_socket_disable = True
loglevel = "warning"
accesslog = "-"
# The query is left out: people search for customers in it. Of the path, what opens a door by itself.
access_log_format = f"%(m)s %({{{TOLD_PATH}}}e)s %(s)s %(M)s ms"


def when_ready(server: Any) -> None:  # noqa: ARG001 - the server names its arguments
    """Views are imported here as well, and not by the first request to each worker."""
    get_resolver()._populate()
    # What is loaded stays: workers share its memory, and none spends a second on sweeping it up at its end.
    gc.freeze()


def pre_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 - the server names its arguments
    """No worker may inherit a connection: two that share one read each other's answers."""
    drop_connections()


def worker_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - the server names its arguments
    """A pool that nobody closes keeps its worker from ending for seconds."""
    drop_connections()


def drop_connections() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
