# Needs make and Python 3.11 or 3.12 with venv; everything else comes into .venv. PYTHON=… picks the interpreter.
.PHONY: help run test check audit bench chaos fuzz lock clean venv-run venv-dev
.SILENT:

BIN = .venv/bin
export PYTHON

help:
	echo "make run    start the demo: PostgreSQL, Redis and the application (PORT=8000)"
	echo "make test   the whole test suite"
	echo "make check  lint, types, import contracts, migrations, and make audit where there is a network"
	echo "make audit  known weaknesses of the locked requirements; asks an index on the network"
	echo "make bench  benchmarks"
	echo "make chaos  kill -9 at random while people work, 100 times a run; counts up to 1,000 over several runs"
	echo "make fuzz   ask the API what its schema allows and forbids, at length"
	echo "make lock   compile requirements/*.txt anew from pyproject.toml"
	echo "make clean  remove what was built; the data in .data stays"

# The program takes the place of the shell, and ends should make be killed.
run: venv-run
	exec env PRM_DEMO=$${PRM_DEMO-1} PRM_END_WITH_PARENT=1 $(BIN)/python manage.py up

test: venv-dev
	exec $(BIN)/python -m pytest $(ARGS)

check: venv-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	# On engines of its own: a checkout that only root can read has no place for them.
	data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && \
	    PRM_DATA=$$data $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check
	sh requirements/audit.sh --where-possible

audit: venv-dev
	sh requirements/audit.sh

bench: venv-dev
	exec $(BIN)/python -m tests.bench $(ARGS)

chaos: venv-dev
	exec $(BIN)/python -m tests.chaos $(ARGS)

# ARGS="-k deals" for some operations; PRM_FUZZ_SEED draws other cases.
fuzz: venv-dev
	exec env PRM_FUZZ_EXAMPLES=$${PRM_FUZZ_EXAMPLES-100} $(BIN)/python -m pytest \
	    tests/access/test_schema_fuzz.py $(ARGS)

lock: venv-dev
	sh requirements/lock.sh

venv-run:
	sh requirements/venv.sh run

venv-dev:
	sh requirements/venv.sh dev

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -not -path './.data/*' -prune -exec rm -rf {} +
