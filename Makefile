# Needs make and python3 (3.11 or newer), nothing else: each target prepares .venv when pyproject.toml has changed.

PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench stress fuzz schemas screenshots manual golden clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 13

run: .venv/.program ## browse the bundled real database, or another: make run DB=path
	@$(BIN)/boltview $(if $(DB),"$(DB)",--demo)

test: .venv/.tools ## run the whole suite, tests/quality included, on all cores (up to four)
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadgroup --no-loadscope-reorder

check: .venv/.tools ## run tests/quality alone: lint, types, architecture, packaging
	@$(BIN)/python -m pytest tests/quality

fix: .venv/.tools ## let ruff repair and format what it can
	@$(BIN)/ruff check --fix --quiet; $(BIN)/ruff format

bench: .venv/.tools ## measure speed: tests/bench/bench_*.py
	@$(BIN)/python -m pytest tests/bench -o python_files='bench_*.py' --capture=no

stress: .venv/.tools ## take 2,400 copies while the real bbolt writes; walk over all keys 200 times (half an hour)
	@BOLTVIEW_STRESS=2400 $(BIN)/python -m pytest tests/live/test_stress.py tests/tui/test_extremes.py

fuzz: .venv/.tools ## fuzz the parser, the decoders and the schema reader, a minute each; or make fuzz SECONDS=600
	@$(BIN)/python -m pip install --quiet --group fuzz
	@for target in parser decoders schema; do $(BIN)/python -m tests.fuzz.run $$target $(or $(SECONDS),60) || exit 1; done

schemas: .venv/.tools ## recompile the protobuf descriptor set after a change of schemas/*.proto
	@$(BIN)/python schemas/compile.py

screenshots: .venv/.tools ## make the pictures of the README anew
	@$(BIN)/python docs/pictures.py

manual: .venv/.tools ## make the manual page and the README's table of keys anew
	@$(BIN)/python docs/manual.py

golden: .venv/.tools ## rewrite the golden files; the run fails on purpose: read the diff, then test
	@-$(BIN)/python -m pytest --update-golden

clean: ## remove what these targets and the tools made
	@rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	@find boltview schemas fixtures tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Two stamps, so that looking at a database does not wait for the development tools.
.venv/.program: pyproject.toml | $(BIN)/python
	@echo "Installing boltview into .venv (once) ..." >&2
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/.tools: .venv/.program
	@echo "Installing the development tools into .venv (once) ..." >&2
	@$(BIN)/python -m pip install --quiet --group dev
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "boltview: $(PYTHON) is not on PATH; name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "boltview: needs Python 3.11 or newer, and $(PYTHON) is older; name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "boltview: $(PYTHON) has no venv module; install it (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
