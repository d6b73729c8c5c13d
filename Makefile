# Everything one does with a checkout. `make` alone lists the targets; Python 3.10 or newer is all that must be there.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 7860
WORKERS ?= 2
ARGS ?=
VENV ?= .venv

# The version that uv.lock pins for developers; tests/test_packaging.py compares the two.
UV_VERSION := 0.13.8

BIN := $(VENV)/bin
TOOLS := $(VENV)/.stamp-uv-$(UV_VERSION)
RUNTIME := $(VENV)/.stamp-runtime
DEV := $(VENV)/.stamp-dev
SYNC := UV_PROJECT_ENVIRONMENT="$(abspath $(VENV))" UV_PYTHON_DOWNLOADS=never \
	$(BIN)/uv sync --quiet --frozen --inexact --no-install-project --python $(BIN)/python
EXPORT := $(BIN)/uv export --quiet --frozen --no-dev --no-emit-project

.DEFAULT_GOAL := help
.PHONY: help run test lint baseline quality bench requirements sbom lock clean check-python

help: ## list the targets
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)$$/  \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

run: $(RUNTIME) ## serve the page and the REST interface (PORT=7860, HOST=127.0.0.1)
	@echo
	@echo "  Play in the browser:  http://localhost:$(PORT)/"
	@echo "  REST documentation:   http://localhost:$(PORT)/docs"
	@echo "  From another shell:   curl -s http://localhost:$(PORT)/health"
	@echo "                        curl -s -X POST http://localhost:$(PORT)/reset"
	@echo "  Stop it with Ctrl-C."
	@echo
	@exec $(BIN)/python -m uvicorn server.app:app --host $(HOST) --port $(PORT) --timeout-graceful-shutdown 5

test: $(DEV) ## run all tests (ARGS="-k grader" and other options go to pytest)
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

lint: $(DEV) ## check style and types, without changing a file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

baseline: $(RUNTIME) ## run the baseline agent (ARGS go to inference.py)
	$(BIN)/python inference.py $(ARGS)

quality: $(DEV) ## check the quality bar of OpenEnv and print its table
	$(BIN)/python -m pytest -q tests/quality $(ARGS)

bench: $(DEV) ## run every benchmark in bench/
	@for script in $(or $(wildcard bench/[a-z]*.py),none); do \
		if [ "$$script" = none ]; then echo "bench/ holds no benchmark"; exit 1; fi; \
		echo "== $$script"; PYTHONPATH=. $(BIN)/python "$$script" $(ARGS) || exit 1; \
	done

requirements: $(TOOLS) ## write requirements.txt from uv.lock
	$(EXPORT) --output-file requirements.txt

sbom: $(TOOLS) ## write sbom.cdx.json from uv.lock
	$(BIN)/python tests/quality/static_sbom.py

lock: $(TOOLS) ## update uv.lock after a change of pyproject.toml, and requirements.txt and sbom.cdx.json with it
	$(BIN)/uv lock
	$(EXPORT) --output-file requirements.txt
	$(BIN)/python tests/quality/static_sbom.py

clean: ## remove the virtual environment, caches and build outputs
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .gradio build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

check-python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
		echo "make: '$(PYTHON)' was not found: install Python 3.10 or newer, or name one: make PYTHON=python3.12 ..." >&2; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
		echo "make: '$(PYTHON)' is $$($(PYTHON) --version 2>&1), but 3.10 or newer is needed:" \
			"name one, as in make PYTHON=python3.12 ..." >&2; \
		exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "make: '$(PYTHON)' has no venv module: install it (on Debian and Ubuntu: apt-get install python3-venv)" >&2; \
		exit 1; }

# The virtual environment. A stamp tells that a step was done; it is redone when what it was made from has changed.

$(TOOLS):
	@test -x $(BIN)/python || { $(MAKE) --no-print-directory check-python && $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(BIN)/python -m ensurepip >/dev/null
	@echo "Installing uv $(UV_VERSION) into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(RUNTIME): pyproject.toml uv.lock $(TOOLS)
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(SYNC) --no-dev
	@touch $@

$(DEV): pyproject.toml uv.lock $(TOOLS)
	@echo "Installing the locked dependencies and developer tools into $(VENV) ..."
	@$(SYNC) --group dev
	@touch $(RUNTIME) $@
