# `make help` lists what there is. It takes GNU make and Python 3.11 or newer; everything else comes
# into .venv, but for the browser of the browser tests.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
TESTS := tests/browser
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable

# Each stamp says that the project is installed, without or with what its tests need, as of its date.
INSTALLED := $(VENV)/installed
INSTALLED_FOR_TESTS := $(VENV)/installed-for-tests
INSTALLED_FOR_LANES := $(VENV)/installed-for-lanes
INSTALL_INPUTS := pyproject.toml hatch_build.py package.json package-lock.json \
	$(wildcard build_hooks/*.py static/js/*.js static/*.css) static/js docs/handbook $(wildcard docs/handbook/*.md)
GENERATED := static/vendor/htmx.min.js static/built/built.json webapp/handbook.atom

# A stamp does not count where what the installation made has gone since.
ifneq ($(words $(wildcard $(GENERATED))),$(words $(GENERATED)))
INSTALL_INPUTS += again
endif

# Some shells export HOST as the name of the machine, which nobody meant as an address to listen on.
ifneq ($(origin HOST),command line)
HOST :=
endif
apostrophe := '
quoted = '$(subst $(apostrophe),'\'',$(1))'
option = $(if $($(2)),$(1) $(call quoted,$($(2))))

##@ Use
.PHONY: serve
serve: $(INSTALLED) ## Serve the site; FEED="source ..." adds feeds first, also HOST PORT WORKERS DATA
	@exec $(BIN)/feedsift $(call option,--data,DATA) serve $(call option,--host,HOST) \
		$(call option,--port,PORT) $(call option,--workers,WORKERS) \
		$(foreach source,$(FEED),$(call quoted,$(source)))

##@ Check
.PHONY: test
test: browser-ready lint types ## Check everything: style, types, every test
	$(BIN)/python -m pytest -n 2

.PHONY: lint
lint: $(INSTALLED_FOR_TESTS) ## Check style and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: $(INSTALLED_FOR_TESTS) ## Check types
	$(BIN)/mypy

.PHONY: unit
unit: $(INSTALLED_FOR_TESTS) ## Run the tests that need no browser
	$(BIN)/python -m pytest --ignore=tests/browser

.PHONY: browser
browser: browser-ready ## Run the tests in a browser
	$(BIN)/python -m pytest tests/browser

.PHONY: html
html: $(INSTALLED_FOR_TESTS) ## Check the markup of pages and fragments (Nu HTML checker; takes Java)
	$(BIN)/python -m tests.nu

.PHONY: api
api: $(INSTALLED_FOR_LANES) ## Have a fuzzer ask a real server by /openapi.json; FEED="file ...", SECONDS
	$(BIN)/python -m tests.api $(call option,--seconds,SECONDS) $(foreach source,$(FEED),$(call quoted,$(source)))

.PHONY: audit
audit: $(INSTALLED_FOR_LANES) ## Look for known holes in what is installed and in the image's lock, and for secrets in git
	$(BIN)/python -m tests.audit

.PHONY: feeds
feeds: $(INSTALLED_FOR_LANES) ## Have other people's programs read every format; FEED="file ..."
	$(BIN)/python -m tests.feeds $(foreach source,$(FEED),$(call quoted,$(source)))

.PHONY: vectors
vectors: browser-ready ## Run thousands of pieces of hostile HTML, ours and other projects', in a browser
	$(BIN)/python -m tests.vector_lane

.PHONY: bombs
bombs: $(INSTALLED_FOR_TESTS) ## Read documents made to do harm, and tell what each takes
	$(BIN)/python -m tests.bombs
	$(BIN)/python -m tests.html_bombs

.PHONY: others
others: $(INSTALLED_FOR_TESTS) ## Read what the tests of other feed projects read (from the Python registry)
	$(BIN)/python -m tests.others

.PHONY: firefox
firefox: $(INSTALLED_FOR_TESTS) ## Run the same tests in Firefox
	@$(BIN)/python tests/packages.py
	@$(BIN)/python tests/browser/browsers.py firefox
	$(BIN)/python -m pytest -n 2 $(TESTS) --in firefox

.PHONY: htmx4
htmx4: $(INSTALLED_FOR_TESTS) ## Run the tests in a browser, with htmx 4 in place of 2
	@$(BIN)/python tests/packages.py --all
	@$(BIN)/python tests/browser/browsers.py
	$(BIN)/python -m pytest -n 2 $(TESTS) --htmx 4

.PHONY: orca
orca: $(INSTALLED_FOR_TESTS) ## Play scenarios in Firefox by ear, with the Orca screen reader
	@$(BIN)/python -m tests.orca.programs
	$(BIN)/python -m pytest -p no:randomly --reruns 1 tests/orca

.PHONY: browser-ready
browser-ready: $(INSTALLED_FOR_TESTS)
	@$(BIN)/python tests/packages.py
	@$(BIN)/python tests/browser/browsers.py

##@ Make
.PHONY: format
format: $(INSTALLED_FOR_TESTS) ## Format the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

.PHONY: screenshots
screenshots: browser-ready ## Take the pictures for the docs
	$(BIN)/python tests/browser/screenshots.py

.PHONY: bench
bench: $(INSTALLED_FOR_TESTS) ## Measure speed beside peers; QUICK=1 PART=http FEEDS=folder ALSO=1000000 BEFORE=file
	$(BIN)/python -m tests.bench $(call option,--part,PART) $(if $(QUICK),--quick) $(call option,--feeds,FEEDS) \
		$(call option,--also,ALSO) $(call option,--before,BEFORE)

.PHONY: lighthouse
lighthouse: browser-ready ## Have Lighthouse (from npm) look at the first page; `make bench` tells the scores
	$(BIN)/python -m tests.bench.lighthouse

.PHONY: ranking
ranking: $(INSTALLED_FOR_TESTS) ## Measure the order of results on judged queries; FEEDS=folder
	$(BIN)/python tests/ranking.py $(call quoted,$(FEEDS))

.PHONY: fuzz
fuzz: $(INSTALLED_FOR_TESTS) ## Ask a real server 20,000 random queries; FEED="file ..."
	$(BIN)/python tests/fuzz.py $(foreach source,$(FEED),$(call quoted,$(source)))

.PHONY: fuzz-addresses
fuzz-addresses: $(INSTALLED_FOR_TESTS) ## Ask a real server what nobody honest asks; SECONDS SEED
	$(BIN)/python -m tests.fuzz_addresses $(call option,--seconds,SECONDS) $(call option,--seed,SEED)

.PHONY: load
load: $(INSTALLED_FOR_TESTS) ## Ask a server from 200 clients while entries arrive; SECONDS CLIENTS, or REQUESTS=100000
	$(BIN)/python -m tests.load $(call option,--seconds,SECONDS) $(call option,--clients,CLIENTS) \
		$(call option,--requests,REQUESTS)

.PHONY: slow
slow: $(INSTALLED_FOR_TESTS) ## Measure what hundreds of slow clients do to the others; SECONDS for each kind
	$(BIN)/python -m tests.slow $(call option,--seconds,SECONDS)

.PHONY: hostile
hostile: $(INSTALLED_FOR_TESTS) ## Search for what nobody honest searches for, and measure what that costs; SECONDS
	$(BIN)/python -m tests.hostile_queries $(call option,--seconds,SECONDS)

.PHONY: soak
soak: $(INSTALLED_FOR_TESTS) ## Refresh feeds that change 2,000 times (REFRESHES): memory and open files
	$(BIN)/python -m tests.soak $(call option,--refreshes,REFRESHES)

.PHONY: fuzz-feeds
fuzz-feeds: $(INSTALLED_FOR_TESTS) ## Read spoilt feeds, thousands of them; SECONDS SEED
	$(BIN)/python -m tests.fuzz_feeds $(call option,--seconds,SECONDS) $(call option,--seed,SEED)

.PHONY: politeness
politeness: $(INSTALLED_FOR_TESTS) ## Keep 100 feeds fresh for a week that passes in minutes: what their servers see
	$(BIN)/python -m tests.politeness

.PHONY: faults
faults: $(INSTALLED_FOR_TESTS) ## Kill a writer at every step and KILLS times at random (by default 200), while others read
	$(BIN)/python -m tests.faults $(call option,--kills,KILLS)

.PHONY: misbehaviour
misbehaviour: $(INSTALLED_FOR_TESTS) ## Measure what servers that misbehave can do: time, memory, message
	$(BIN)/python -m tests.misbehaviour

.PHONY: build
build: $(INSTALLED_FOR_TESTS) ## Build sdist and wheel into dist/
	rm -rf dist
	$(BIN)/python -m build --outdir dist

.PHONY: clean
clean: ## Remove what was built, and the caches
	rm -rf build dist $(GENERATED) static/vendor static/built
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find index webapp build_hooks tests -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## List these targets
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The environment. It is made anew where it has no pip, which is how a failing venv leaves it.

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Feedsift needs Python 3.11 or newer, and $(PYTHON) is not that;" \
			"name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "$(PYTHON) cannot make a virtual environment;" \
			"Debian and Ubuntu have that in the package python3-venv" >&2; exit 1; }

$(INSTALLED): $(INSTALL_INPUTS) | $(BIN)/pip
	@echo "Installing Feedsift into $(VENV) ..."
	@$(PIP_INSTALL) .
	@touch $@

$(INSTALLED_FOR_TESTS): $(INSTALL_INPUTS) | $(BIN)/pip
	@echo "Installing Feedsift and its test tools into $(VENV) ..."
	@$(PIP_INSTALL) '.[test]'
	@touch $(INSTALLED) $@

$(INSTALLED_FOR_LANES): $(INSTALLED_FOR_TESTS)
	@echo "Installing what the further lanes take into $(VENV) ..."
	@$(PIP_INSTALL) '.[test,lanes]'
	@touch $@

.PHONY: again
again:
