# Set-up, the comparison, checks and generation, from a clean clone. Needs python3 >= 3.11 and, for torch.compile, a C++ compiler.

PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2

BIN := $(VENV)/bin
BASE := $(VENV)/.installed-base
DEV := $(VENV)/.installed-dev
TYPING := build/typing/manifuse

.DEFAULT_GOAL := help
.PHONY: help run verify test test-all check format generate bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

run: $(BASE) ## install, then train on several geometries and compare them (a run that was stopped goes on)
	$(BIN)/manifuse compare --resume

verify: $(BASE) ## verify every operation against its reference
	$(BIN)/manifuse ops verify

test: check ## format, lint, types, drift of generated modules, fast tests
	$(BIN)/pytest -m "not slow" -n $(JOBS)

test-all: check ## the same with the slow tests
	$(BIN)/pytest -n $(JOBS)

check: $(DEV) $(TYPING) ## all of `test` that runs no tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy --strict -p manifuse
	$(BIN)/manifuse ops generate --check

format: $(DEV) ## format, and repair what the linter can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

generate: $(DEV) ## write the generated operation modules
	$(BIN)/manifuse ops generate

bench: $(DEV) ## measure the operations
	$(BIN)/python -m benchmarks.ops

clean: ## remove what was built (the environment stays)
	rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache

# One environment; the dev set extends the base. An editable install sees new and changed files at once, so only the
# metadata and the pins ask for a new one.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(BASE): pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[apps]'
	touch $@

$(DEV): pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $(BASE) $@

# mypy can't follow the import hook of an editable install: this link shows it the root under the package's name.
$(TYPING):
	mkdir -p $(@D)
	ln -sfn ../.. $@
