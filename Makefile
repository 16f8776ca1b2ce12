PY ?= $(shell command -v python3.11 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
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

$(PEERS)/.ready: benchmarks/requirements.txt
	$(PY) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --requirement benchmarks/requirements.txt
	touch $(PEERS)/.ready

bench: $(READY) $(PEERS)/.ready ## measure beside Splink and recordlinkage; rewrite docs/benchmarks.md
	$(BIN)/python -m benchmarks.accuracy
	$(BIN)/python -m benchmarks.chinese
	$(BIN)/python -m benchmarks.separating
	$(BIN)/python -m benchmarks.pipeline
	$(BIN)/python -m benchmarks.scale
	$(BIN)/python -m benchmarks.delta --people 23000
	$(BIN)/python -m benchmarks.report

clean:
	rm -rf $(VENV) $(PEERS) hub-home
