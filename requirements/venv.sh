#!/bin/sh
# .venv with exactly what requirements/<run|dev>.txt locks. Installs again only when that file has changed.
set -eu
cd "$(dirname "$0")/.."
lock="requirements/$1.txt"
installed=".venv/$1.txt"
# The engines' unprivileged user reads the binaries in here when root starts them.
umask 022

say() { printf '%s\n' "$*" >&2; }

fits() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null; }

can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

find_python() {
    lame=""
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3.12 python3.11 python3 python; fi
    for name; do
        path=$(command -v "$name") || continue
        fits "$path" || continue
        if can_make_venv "$path"; then
            printf '%s\n' "$path"
            return
        fi
        lame=$path
    done
    if [ -n "$lame" ]; then
        version=$("$lame" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        say "$lame has no venv: install it (on Debian and Ubuntu: apt-get install python$version-venv)."
    elif [ -n "${PYTHON:-}" ]; then
        say "PYTHON=$PYTHON is not a Python 3.11 or 3.12."
    else
        say "Python 3.11 or 3.12 is needed and none is on the PATH; PYTHON=/path/to/python names one elsewhere."
    fi
    exit 1
}

cmp -s "$lock" "$installed" && fits .venv/bin/python && exit 0

if ! fits .venv/bin/python; then
    python=$(find_python)
    rm -rf .venv # made by us for another Python, or by a Python that is gone
    "$python" -m venv .venv
elif ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    .venv/bin/python -m ensurepip >/dev/null
fi

say "Installing $lock (the first time this takes about a minute) …"
if ! .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps \
    --requirement "$lock"; then
    say "The packages of $lock could not be installed; the lines above say why."
    exit 1
fi
# Commands find the project from any directory.
pwd > "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/prm.pth"
cp "$lock" "$installed"
