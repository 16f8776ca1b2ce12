PY ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check up bench clean

$(READY): pyproject.toml constraints.txt
	$(PY) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

demo: $(READY) ## make extracts of invented people, run everything, say where to look
	$(BIN)/customer-hub demo

up: $(READY) ## open Dagster's page on http://127.0.0.1:3000
	$(BIN)/customer-hub up

test: $(READY) ## every test this machine can run
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(READY) ## format, lint, types, imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) hub-home
