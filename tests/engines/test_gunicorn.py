"""What the web server does before it forks."""

import os
import subprocess
import sys

from config import gunicorn
from config.embedded.paths import ROOT

QUERY_FORK_QUERY = """
import os
import config.wsgi
from config import gunicorn
from django.db import connection

def backend():
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return cursor.fetchone()[0]

before = backend()
gunicorn.when_ready(None)
gunicorn.pre_fork(None, None)
reading, writing = os.pipe()
for _ in range(2):
    if os.fork() == 0:
        mine = backend()
        os.write(writing, f"{mine} ".encode())
        gunicorn.worker_exit(None, None)
        os._exit(0)
for _ in range(2):
    os.wait()
print(before, os.read(reading, 100).decode())
"""


def test_workers_inherit_no_connection() -> None:
    run = subprocess.run(
        [sys.executable, "-c", QUERY_FORK_QUERY],
        cwd=ROOT,
        env=os.environ | {"PRM_DB_POOL": "1"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert run.returncode == 0, run.stderr
    assert len(set(run.stdout.split())) == 3


def test_web_has_at_least_three_and_at_most_five_workers() -> None:
    assert gunicorn.workers == min(2 * (os.cpu_count() or 1) + 1, 5)
    assert gunicorn.preload_app
