# Two commands are all that a newcomer needs: `make demo` and `make test`. Both install what is missing.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
UV_VERSION := 0.13.8
BIN := .venv/bin
WORKERS ?= 2
DATA ?=
WEIGHTS ?= $(shell $(BIN)/assay models list --json 2>/dev/null | $(BIN)/python -c 'import json,sys; print(next((m.get("path") or "" for m in json.load(sys.stdin)["models"] if m["id"] == "judge"), ""))' 2>/dev/null)

.PHONY: help setup demo test soak check bench quality wheelhouse lock clean

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/.ready ## Install everything into .venv, pinned and checked by hash

.venv/.ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "error: no python3 on PATH; install Python 3.11 or newer" >&2; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: $$("$(PYTHON)" --version) is too old; install Python 3.11, or: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	"$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: setup ## Run the worked example: two versions of a real application, measured and gated
	$(BIN)/assay demo

check: setup ## Format, lint, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: check ## What a newcomer runs: checks and the fast tests, at most 15 minutes on 2 cores
	$(BIN)/python -m pytest -q -m "not soak" -n $(WORKERS) --dist loadfile

soak: setup ## Kills, the embedded model, the browser, the demo: at most 60 minutes
	bash .ci/install
	$(BIN)/assay models pull judge plumbing
	$(BIN)/python -m pytest -q -m "soak and not torch" --timeout 1500 --durations 15
	$(MAKE) --no-print-directory .venv-toxicity/.ready
	.venv-toxicity/bin/python -m pytest -q -m torch tests/evaluation/filters/toxicity

# The extra `toxicity` over the packages of .venv, which stays without torch.
.venv-toxicity/.ready: .venv/.ready
	"$(PYTHON)" -m venv .venv-toxicity
	(cd "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" && pwd) \
	  > "$$(.venv-toxicity/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/under.pth"
	.venv-toxicity/bin/python -m pip install --quiet --disable-pip-version-check "torch==2.13.0" "detoxify>=0.5.4" onnx
	@touch $@

bench: setup ## Programs that print ratios measured in one run; DATA=DIR adds the judges on open sets
	$(BIN)/assay models pull judge
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.judging
	$(BIN)/python -m benchmarks.free_checks
	$(BIN)/python -m benchmarks.statistics --draws 20000 --into docs/quality.md
	$(BIN)/python -m benchmarks.verify --into docs/quality.md
	$(BIN)/python -m benchmarks.ledger --into docs/quality.md
	for each in status portfolio commands; do $(BIN)/python -m benchmarks.$$each --into docs/quality.md || exit 1; done
	for judge in checks local; do $(BIN)/python -m benchmarks.judge_attacks --judge $$judge; done
	$(BIN)/python -m benchmarks.scan --filters nothing keywords pii,keywords toxicity,pii,injection,keywords --kill
	if [ -n "$(DATA)" ]; then $(MAKE) --no-print-directory quality; fi

quality: setup ## The judges and filters on open sets in DATA=DIR, into docs/quality.md
	for each in pii names toxicity injection; do \
	  $(BIN)/python -m benchmarks.$$each --data "$(DATA)" --into docs/quality.md || exit 1; done
	$(BIN)/python -m benchmarks.keywords --data "$(DATA)" --record docs/quality.md
	$(BIN)/python -m benchmarks.judges --data "$(DATA)" --judge checks local --rows 400 --into docs/quality.md
	$(BIN)/python -m benchmarks.judges --data "$(DATA)" --judge checks local embedded --rows 120 --model "$(WEIGHTS)" \
	  --into docs/quality.md
	$(BIN)/python -m benchmarks.relevancy --data "$(DATA)" --judge checks local embedded --rows 40 --model "$(WEIGHTS)" \
	  --into docs/quality.md
	$(BIN)/python -m benchmarks.encoder --data "$(DATA)" --into docs/quality.md
	$(BIN)/python -m benchmarks.references --data "$(DATA)" --judge checks local --into docs/quality.md
	$(BIN)/python -m benchmarks.judge_attacks --judge embedded --model "$(WEIGHTS)" --into docs/quality.md
	$(BIN)/python -m benchmarks.cascade --data "$(DATA)" --model "$(WEIGHTS)" --into docs/quality.md

# rouge-score, which tests alone use, has no wheel.
wheelhouse: setup ## Everything that a machine without network installs from: dist/wheelhouse
	rm -rf dist/wheelhouse
	$(BIN)/uv build --quiet --wheel --out-dir dist/wheelhouse .
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-binary rouge-score --no-deps \
	  --dest dist/wheelhouse -r requirements.lock

lock: ## Resolve the dependencies anew into requirements.lock
	$(BIN)/uv pip compile --quiet pyproject.toml --group dev --generate-hashes --no-annotate --no-header \
	  --python-version 3.11 --universal -o requirements.lock

clean: ## Remove what was built; keeps the demo's results
	rm -rf .venv .venv-toxicity .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
