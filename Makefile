# edgekws: `make demo` runs the main job, `make test` passes the tests. Both set everything up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools
DEMO := build/demo
JOBS ?= 2

.PHONY: help setup demo test test-fast check golden docs bench results clean

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(READY) ## Install Debian packages (where allowed) and a virtual environment in .venv

$(READY): pyproject.toml requirements/constraints.txt scripts/system_packages.sh
	sh scripts/system_packages.sh build
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint requirements/constraints.txt --editable ".[dev]"
	touch $@

# What only tests need: other compilers, a JDK and npm for the Android checks.
$(TOOLS): $(READY)
	sh scripts/system_packages.sh test
	touch $@

demo: $(READY) ## The main job on the built-in set: words in a WAV, heard by a program in QEMU
	BIN="$(abspath $(BIN))" sh scripts/demo.sh $(DEMO)

test: $(TOOLS) ## All tests
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal

test-fast: $(READY) ## The tests that take seconds
	$(BIN)/python -m pytest -m "not slow"

check: $(TOOLS) ## Formatting, lint, types, C style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	BIN="$(abspath $(BIN))" sh scripts/check_c.sh

golden: $(READY) ## Rewrite the golden files; read the diff
	EDGEKWS_UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q tests/codegen tests/cli

docs: $(READY) ## Rewrite the generated parts of docs/
	$(BIN)/python scripts/cli_reference.py
	$(BIN)/python scripts/ops_page.py
	$(BIN)/python scripts/architectures_page.py

bench: $(READY) ## The benchmarks, each as a ratio or an instruction count
	$(BIN)/python benchmarks/log_mel.py
	$(BIN)/python benchmarks/streaming.py
	$(BIN)/python benchmarks/performance.py
	$(BIN)/python benchmarks/phones.py

results: $(READY) ## Train and verify every architecture on EDGEKWS_SPEECH_COMMANDS (hours)
	$(BIN)/python benchmarks/results.py
	$(BIN)/python benchmarks/streams.py

clean: ## Remove what was built here
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
