"""The supervisor speaks to a terminal or a pipe that may stop reading, and hears when it should stop."""

import os
import signal
import subprocess
import sys

from config.embedded.paths import ROOT

SPEAK = """
from config.embedded.terminal import say
say("web", "GET / 200")
say("", "Ready")
say("relay", "ä" * 5000)
"""
SPEAK_A_LOT = """
import os, time
from config.embedded.terminal import say
begun = time.monotonic()
for number in range(20000):
    say("web", f"line {number}")
os.write(2, b"done")
"""
LISTEN = """
import os, signal, sys
from config.embedded.terminal import Farewell
if sys.argv[1] == "nohup":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
farewell = Farewell()
before = farewell.said
os.kill(os.getpid(), int(sys.argv[2]))
once = (farewell.said, farewell.twice)
os.kill(os.getpid(), int(sys.argv[2]))
print(before, *once, farewell.said, farewell.twice)
"""


def python(*argv: str, **streams: int) -> subprocess.Popen[str]:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.Popen([sys.executable, "-c", *argv], cwd=ROOT, stdin=subprocess.DEVNULL, text=True, **streams)


def heard(words: str, number: signal.Signals) -> list[str]:
    return python(LISTEN, words, str(int(number))).communicate(timeout=30)[0].split()


def test_lines_carry_the_name_of_who_says_them() -> None:
    lines = python(SPEAK).communicate(timeout=30)[0].splitlines()
    assert lines[:2] == ["web       | GET / 200", "Ready"]


def test_overlong_line_is_cut() -> None:
    output = python(SPEAK).communicate(timeout=30)[0]
    assert output.startswith("web ")
    assert output.count("ä") == (4000 - len("relay     | ")) // 2


def test_silent_reader_holds_nobody_up() -> None:
    reading, writing = os.pipe()
    speaker = python(SPEAK_A_LOT, stdout=writing)
    assert speaker.communicate(timeout=60)[1] == "done"
    assert os.read(reading, 100).startswith(b"web       | line 0\n")
    os.close(reading)
    os.close(writing)


def test_gone_reader_holds_nobody_up() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    speaker = python(SPEAK_A_LOT, stdout=writing)
    assert speaker.communicate(timeout=60)[1] == "done"
    os.close(writing)


def test_signals_say_farewell_and_a_second_one_hurries() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        assert heard("", number) == ["False", "True", "False", "True", "True"]


def test_nohup_is_respected() -> None:
    assert heard("nohup", signal.SIGHUP) == ["False", "False", "False", "False", "False"]
    assert heard("nohup", signal.SIGTERM) == ["False", "True", "False", "True", "True"]
