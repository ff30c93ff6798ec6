# make demo: read the examples. make test: every check. Both need Python >= 3.11, git and make only.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXAMPLES := $(sort $(wildcard examples/*.txt examples/*.jsonl))

.PHONY: demo test check install packages readme clean

demo: $(VENV)/.installed
	$(BIN)/khabar read $(EXAMPLES)
	$(BIN)/khabar read --format html $(EXAMPLES) > demo.html
	@echo "The same with the words behind every value: open demo.html in a browser."

test: packages install check

install: $(VENV)/.installed-dev

# Debian packages that the browser and database tests use; without root those tests skip and say so.
packages:
	@.ci/packages

check:
	$(BIN)/ruff check src tests tools
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/khabar lexicon lint
	$(BIN)/pytest

# The worked result and the picture of README.md, from what the reader prints today.
readme: install
	$(BIN)/python tools/readme.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,postgres]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) demo.html .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
