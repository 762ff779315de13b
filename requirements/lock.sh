#!/bin/sh
# Compiles the locked requirements from pyproject.toml, for every machine the project promises to run on.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv) || {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
    uv=.venv/bin/uv
}
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links pyproject.toml "$@"
}
compile --output-file requirements/run.txt
compile --extra dev --output-file requirements/dev.txt
