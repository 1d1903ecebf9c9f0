# `make quickstart` and `make test` are all the setup there is: Python 3.11 or 3.12, and make.

VENV ?= .venv
# The first interpreter that really runs and is of a version we support; or: make test PYTHON=/path
PYTHON ?= $(shell for python in python3.12 python3.11 python3 python; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null \
	&& { echo $$python; break; }; done)
BIN := $(VENV)/bin
WORKERS ?= 2
# Where this is set, every command that a test starts would compile all packages again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help quickstart test lint fmt bench soak fuzz clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 or 3.12 found; install one, or give PYTHON=/path/to/python" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.developed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.installed

quickstart: $(VENV)/.installed ## install, and run the whole story on real data in ./quickstart
	rm -rf quickstart
	$(BIN)/registry quickstart quickstart

test: lint ## everything CI checks: style, types, import directions, all tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(VENV)/.developed ## style, types and import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fmt: $(VENV)/.developed ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.developed ## measure the times that README and docs state
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.policy
	$(BIN)/python -m benchmarks.impact
	$(BIN)/python -m benchmarks.neighbours
	$(BIN)/python -m benchmarks.fidelity --big
	$(BIN)/python -m benchmarks.adult
	$(BIN)/python -m benchmarks.attacks
	$(BIN)/python -m benchmarks.log
	$(BIN)/python -m benchmarks.ledger
	$(BIN)/python -m benchmarks.sources
	$(BIN)/python -m benchmarks.reports
	$(BIN)/python -m benchmarks.web

soak: $(VENV)/.developed ## simulate every interval; crowds, crashes, a million events; every bit of bundles
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m soak tests/soak tests/bundles tests/web

fuzz: $(VENV)/.developed ## load a hundred thousand odd policies; prints how many were accepted
	$(BIN)/python -m pytest -s -m fuzz tests/fuzz

clean: ## remove what make made
	rm -rf $(VENV) quickstart build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
