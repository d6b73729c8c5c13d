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
EVALUATION := $(VENV)/.stamp-evaluation
SYNC := UV_PROJECT_ENVIRONMENT="$(abspath $(VENV))" UV_PYTHON_DOWNLOADS=never \
	$(BIN)/uv sync --quiet --frozen --inexact --no-install-project --python $(BIN)/python

# examples/grpo_trl.py has an environment of its own. Torch comes first and is no part of its pins, so that TORCH can
# name the build that suits the machine.
TORCH ?= torch==2.13.0
TRL_VENV ?= $(VENV)/trl
TRL_BIN := $(TRL_VENV)/bin
TRL := $(TRL_VENV)/.stamp-trl
TRL_PINS := examples/grpo_trl.requirements.txt
COMPILE_TRL := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-config --custom-compile-command "make lock" --constraints requirements.txt \
	--excludes examples/grpo_trl.excludes.txt --output-file $(TRL_PINS) examples/grpo_trl.requirements.in

# So has the verifiers task set: its client is an older openenv, which no environment can hold beside the server's.
VERIFIERS_VENV ?= $(VENV)/verifiers
VERIFIERS := $(VERIFIERS_VENV)/.stamp
VERIFIERS_EXAMPLE := examples/verifiers_incidents

# axe-core for tests/page/test_accessibility.py, which is skipped without it. npm writes this file last.
AXE := tests/page/axe/node_modules/.package-lock.json

# What `make quick` runs: the core, without a server. Under a minute on two cores.
QUICK := tests/handwritten tests/reading/test_catalogue.py $(patsubst %,tests/test_%.py,actions course environment episodes graders import_floors ledger \
	options reset_options rewards tasks views)

.DEFAULT_GOAL := help
.PHONY: help run axe test quick test-wheel test-trl test-verifiers test-evaluation test-cluster test-learn test-reading test-laws test-hostile lint baseline evaluate results quality reading modes bench requirements sbom lock clean check-python

help: ## list the targets
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)$$/  \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

run: $(RUNTIME) ## serve the page and the REST interface (PORT=7860, HOST=127.0.0.1)
	@echo
	@echo "  Play in the browser:  http://localhost:$(PORT)/"
	@echo "  REST documentation:   http://localhost:$(PORT)/docs"
	@echo "  From another shell:   curl -s http://localhost:$(PORT)/health"
	@echo "                        curl -s -X POST http://localhost:$(PORT)/reset"
	@echo "  Stop it with Ctrl-C."
	@echo
	@exec $(BIN)/python -m server.app --host $(HOST) --port $(PORT)

axe: $(AXE) ## install axe-core, with which the tests check how accessible the page is (needs npm)

test: $(DEV) ## run all tests (ARGS="-k grader" and other options go to pytest)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

quick: $(DEV) ## run the tests of the core in under a minute: incidents, ledger, rewards, grades, options
	$(BIN)/python -m pytest -q -n $(WORKERS) $(QUICK) $(ARGS)

test-wheel: $(DEV) ## build the package, and install, use and remove it beside others
	$(BIN)/python -m pytest -m slow tests/test_wheel.py $(ARGS)

test-trl: $(TRL) ## train a tiny model with TRL on the CPU (installs torch and TRL)
	$(TRL_BIN)/python -m pytest -m slow tests/slow/test_grpo_trl.py $(ARGS)

test-verifiers: $(DEV) $(VERIFIERS) ## play the verifiers task set (installs verifiers; needs Python 3.11 or newer)
	VERIFIERS_PYTHON="$(abspath $(VERIFIERS_VENV))/bin/python" \
		$(BIN)/python -m pytest -m slow tests/slow/test_verifiers.py $(ARGS)

test-evaluation: $(DEV) ## kill runs and nodes of a Ray cluster half-way, and go on (minutes)
	$(BIN)/python -m pytest -m slow tests/evaluation tests/slow/test_ray.py $(ARGS)

test-cluster: $(DEV) ## build the evaluation's image by its steps and run the RayJob on a cluster of its own
	$(BIN)/python -m pytest -m slow tests/slow/test_ray_job.py $(ARGS)

test-learn: $(DEV) ## train the example learner in full and hold it against chance (ten minutes)
	$(BIN)/python -m pytest -m slow tests/slow/test_learner_in_full.py $(ARGS)

test-reading: $(DEV) ## train the reader anew, and compare how it reads every text (two minutes)
	$(BIN)/python -m pytest -m slow tests/reading $(ARGS)

test-laws: $(DEV) ## hold 1,000 incidents against the laws of their world (six minutes of one core)
	LAWS_INCIDENTS=1000 $(BIN)/python -m pytest -q -n $(WORKERS) tests/generated/laws $(ARGS)

test-hostile: $(DEV) ## attack and fuzz the server beside a witness, and try both OpenAPI documents (a quarter of an hour)
	$(BIN)/python -m pytest -m slow tests/hostile $(ARGS)

lint: $(DEV) ## check style and types, without changing a file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

baseline: $(RUNTIME) ## run the baseline agent (ARGS go to inference.py)
	$(BIN)/python inference.py $(ARGS)

evaluate: $(EVALUATION) ## evaluate an agent: make evaluate ARGS="--agent heuristic --split test --out outputs/run"
	$(BIN)/python -m cloud_incident_env.evaluation run $(ARGS)

results: $(EVALUATION) ## measure all agents that need no model on every split, and write docs/results.md
	$(BIN)/python -m cloud_incident_env.evaluation.results $(ARGS)

quality: $(DEV) ## check the quality bar of OpenEnv and print its table
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup -m "" tests/quality $(ARGS)

reading: $(DEV) ## train the reader of diagnoses on tools/reading, and measure it in docs/reading.md (a minute)
	$(BIN)/python -m tools.reading.train
	$(BIN)/python -m tools.reading.report

modes: $(RUNTIME) ## write docs/modes.md, the page of the failure modes
	$(BIN)/python -m tools.modes_page $(ARGS)

bench: $(DEV) ## run every benchmark in bench/
	@for script in $(or $(wildcard bench/[a-z]*.py),none); do \
		if [ "$$script" = none ]; then echo "bench/ holds no benchmark"; exit 1; fi; \
		echo "== $$script"; PYTHONPATH=. $(BIN)/python "$$script" $(ARGS) || exit 1; \
	done

requirements: $(TOOLS) ## write requirements.txt from uv.lock
	$(BIN)/python -m tools.requirements

sbom: $(TOOLS) ## write sbom.cdx.json from uv.lock
	$(BIN)/python -m tools.sbom

lock: $(TOOLS) ## update uv.lock after a change of pyproject.toml, and all that is made from it
	$(BIN)/uv lock
	$(BIN)/python -m tools.requirements
	$(BIN)/python -m tools.sbom
	$(COMPILE_TRL)

clean: ## remove the virtual environments, caches and build outputs
	rm -rf $(VENV) tests/page/axe/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .gradio build dist
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
	@touch $(RUNTIME) $(EVALUATION) $@

$(EVALUATION): pyproject.toml uv.lock $(TOOLS)
	@echo "Installing the locked dependencies, matplotlib, Ray and what exports need into $(VENV) ..."
	@$(SYNC) --no-dev --group plots --group export --group ray
	@touch $(RUNTIME) $@

$(AXE): tests/page/axe/package.json tests/page/axe/package-lock.json
	@command -v npm >/dev/null 2>&1 || { echo "make: npm was not found: install Node.js with npm" >&2; exit 1; }
	@echo "Installing axe-core into $(dir $@) ..."
	@npm ci --silent --prefix tests/page/axe
	@touch $@

$(VERIFIERS): $(VERIFIERS_EXAMPLE)/pyproject.toml $(VERIFIERS_EXAMPLE)/requirements.txt $(TOOLS)
	@echo "Installing verifiers into $(VERIFIERS_VENV) ..."
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv venv --quiet --allow-existing --python '>=3.11,<3.15' $(VERIFIERS_VENV)
	@$(BIN)/uv pip install --quiet --python $(VERIFIERS_VENV)/bin/python --requirement $(VERIFIERS_EXAMPLE)/requirements.txt
	@$(BIN)/uv pip install --quiet --python $(VERIFIERS_VENV)/bin/python --no-deps --editable $(VERIFIERS_EXAMPLE)
	@touch $@

$(TRL): requirements.txt $(TRL_PINS)
	@test -x $(TRL_BIN)/python || { \
		$(MAKE) --no-print-directory check-python && \
		{ $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
			echo "make: TRL needs Python 3.11 or newer: name one, as in make PYTHON=python3.12 test-trl" >&2; \
			exit 1; }; } && \
		$(PYTHON) -m venv $(TRL_VENV); }
	@echo "Installing $(TORCH), TRL and the locked dependencies into $(TRL_VENV) ..."
	@$(TRL_BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@$(TRL_BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.txt -r $(TRL_PINS)
	@touch $@
