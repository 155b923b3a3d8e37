# Targets are documented by the comment behind them; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help man search index serve test test-api test-browser test-pythons test-install test-cluster check format bench results french relevance people faults clean

PYTHON ?= python3
PYTHONS ?= python3.11 python3.12 python3.13 python3.14
VENV   := .venv
BIN    := $(VENV)/bin
CODE   := $(shell find searcher -name '*.py' -o -name '*.txt' -path '*searcher*')
SEEDS  := $(wildcard seeds/*.txt)
DATA   ?= ../shared/data
q      ?= Erdoğan Assad

# Every process that a target starts would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

# A worker more than there are processors: some tests wait for a while.
EVERYTHING := -q -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --dist worksteal

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  make search q="Erdoğan Assad"'

search: index/manifest.json  ## answer q="…" from the seeds; makes the environment and the index when needed
	@SEARCHER_INDEX=index $(BIN)/search -- '$(subst ','\'',$(q))'

index: $(VENV)/installed  ## build index/ over seeds/
	@$(BIN)/searcher index seeds --index index --rebuild

serve: index/manifest.json $(VENV)/serving  ## show the seeds in a browser: http://127.0.0.1:8765
	@$(BIN)/searcher serve --index index

test: $(VENV)/developing  ## run the test suite
	@$(BIN)/python -m pytest $(EVERYTHING)

test-pythons:  ## run the test suite under each of PYTHONS that is installed, warnings as errors
	@for python in $(PYTHONS); do \
	  $$python -c '' 2>/dev/null || { echo "$$python: not installed, skipped"; continue; }; \
	  name=$(VENV)-$$(basename $$python); echo "$$python: $$name"; \
	  { test -x $$name/bin/python || $$python -m venv $$name; } && \
	  $$name/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]' && \
	  $$name/bin/python -m pytest $(EVERYTHING) -p no:cacheprovider || exit 1; \
	done

test-api: $(VENV)/developing  ## five minutes of requests that the API's document allows and forbids
	@SEARCHER_API_SECONDS=300 $(BIN)/python -m pytest -q -s tests/faces/web/test_api.py

test-browser: $(VENV)/developing  ## the pages in Chromium, with and without JavaScript (Debian: apt install chromium)
	@$(BIN)/python -m pytest -q -m browser $(if $(only),-k '$(only)') tests/faces/web tests/results

test-cluster: $(VENV)/developing  ## run what needs OpenSearch, on a cluster of NODES=3 that starts for it (Maven, Java 17; OPENSEARCH=3: Java 21)
	@$(BIN)/python -m pytest -q -m cluster $(if $(only),-k '$(only)')

test-install: $(VENV)/developing  ## install with pip, pipx and uv from the package index, and run the commands that hints give
	@$(BIN)/python -m pytest -q -m install tests/test_extras.py

check: $(VENV)/developing  ## format, lint, types, imports, documents
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/python -m pytest -q -p no:randomly tests/test_docs.py

format: $(VENV)/developing  ## rewrite the code in the one format
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix .

man: $(VENV)/installed  ## make the man pages from the documents
	@$(BIN)/python docs/man/make.py

bench: $(VENV)/developing  ## speed, size and memory beside other engines, on DATA=…; lane=million grows it to a million
	@$(BIN)/python benchmarks/bench.py $(DATA) $(if $(lane),--lane $(lane) --save benchmarks/runs/$(shell date +%F)-$(lane).txt)

results: $(VENV)/developing  ## what is given and what it costs: timeline, copies, concordance, alerts, on DATA=…
	@$(BIN)/python -m benchmarks.results $(DATA)

french: $(VENV)/developing  ## how right the French is, in figures, on DATA=…
	@$(BIN)/python benchmarks/french.py $(DATA)

relevance: $(VENV)/developing  ## ranking on judged queries of DATA=…, held against its floors
	@$(BIN)/python benchmarks/relevance.py $(DATA)

people: $(VENV)/developing  ## names and quotes against what people annotated, in figures; QUOTES=… names a file of real articles
	@$(BIN)/python benchmarks/names.py $(DATA)
	@$(BIN)/python benchmarks/annotation.py $(DATA)
	@$(BIN)/python benchmarks/people.py $(if $(QUOTES),--quotes $(QUOTES)) $(if $(DATA),--news $(DATA)/news/orangesum.jsonl.gz)

faults: $(VENV)/developing  ## kills, power cuts, full disks, damage, hostile input: R1–R11, in figures
	@$(BIN)/python -m tests.faults

clean:  ## remove the environment, the index and every cache
	@rm -rf $(VENV) $(VENV)-python* dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache index/g[0-9]* index/manifest.json index/pending.json index/.lock
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ── files the targets above stand on ──────────────────────────────────────────────────────────────────────────────────

index/manifest.json: $(VENV)/installed $(SEEDS) $(CODE)
	@$(BIN)/searcher index seeds --index index --rebuild

$(VENV)/installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/serving: $(VENV)/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[web]'
	@touch $@

$(VENV)/developing: $(VENV)/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
