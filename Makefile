# Every target sets up what it needs in .venv, once: `make demo` needs nothing but Python 3.11, make and
# a network for the first run. Pass more words to a command with ARGS, e.g. make demo ARGS="--port 8300".

PYTHON ?= python3
ARGS ?=
VENV := .venv
RUN := $(VENV)/bin/python
FLOORS := bot book handlers scheduler storage

# A stamp is touched last, so a set-up that failed half way leaves none and is simply begun again.
RUNTIME := $(VENV)/.ready-runtime
TEST := $(VENV)/.ready-test

# An environment cut off while it was made may have a Python and no pip yet.
HEAL := $(RUN) -m pip --version >/dev/null 2>&1 || $(RUN) -m ensurepip >/dev/null
PIP := $(RUN) -m pip --disable-pip-version-check --no-input
# A virtual environment is private whatever the machine's own pip settings say.
export PIP_USER := 0
export PIP_REQUIRE_VIRTUALENV := 0
# make test BOOKBAG_TEST_EVERYWHERE=1, as tests/matrix.py reads it.
export BOOKBAG_TEST_EVERYWHERE
# Where a machine forbids Python to keep what it compiled, each of the processes that tests start compiles all of it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo run test check format prove bench lock setup clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help:
	@echo "make demo     phones in the browser, no account needed"
	@echo "make run      the bot itself (see .env.example, or: bookbag init)"
	@echo "make test     the test suite; BOOKBAG_TEST_EVERYWHERE=1 plays all of it on every database and platform"
	@echo "make check    format, lint, types, import contracts, guards"
	@echo "make format   mend what ruff can mend"
	@echo "make prove    the long proofs, what make test leaves out of databases and platforms, and properties at length"
	@echo "make bench    measurements"
	@echo "make setup    only set up .venv, with what the tests need"
	@echo "make lock     write the locked versions and hashes again (ARGS=--upgrade for newer ones)"

demo: $(RUNTIME)
	@exec $(RUN) -m bot demo $(ARGS)

run: $(RUNTIME)
	@exec $(RUN) -m bot run $(ARGS)

# The browser tests are left out, in a sentence, where there is no Chromium. On CI there must be one.
test: $(TEST)
	@if [ "$(CI)" = true ] || command -v chromium >/dev/null 2>&1; then \
		exec $(RUN) -m pytest --numprocesses logical --dist worksteal $(ARGS); \
	else \
		echo "Chromium is missing, so the browser tests are left out and the rest runs." \
			"To run them too: apt-get install chromium"; \
		exec $(RUN) -m pytest --numprocesses logical --dist worksteal -m "not prove and not bench and not browser" $(ARGS); \
	fi

check: $(TEST)
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy $(FLOORS)
	$(VENV)/bin/lint-imports
	$(RUN) -m pytest -q tests/guards

format: $(TEST)
	$(RUN) -m ruff check --fix-only .
	$(RUN) -m ruff format .

# A proof may take longer than a test that hangs: no stacks are printed in the middle of one.
prove: $(TEST)
	@exec $(RUN) -m pytest -m "prove or hypothesis" --hypothesis-profile prove -o faulthandler_timeout=0 $(ARGS)

bench: $(TEST)
	@exec $(RUN) -m tests.bench $(ARGS)

setup: $(TEST)

$(RUNTIME): requirements.txt pyproject.toml $(RUN)
	@echo "Setting up $(VENV) with what Bookbag needs. This happens once and takes about a minute."
	@$(HEAL)
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# The test lock holds everything the runtime lock does, at the same versions.
$(TEST): requirements-test.txt requirements.txt pyproject.toml $(RUN)
	@echo "Setting up $(VENV) with what Bookbag and its tests need. This happens once and takes about a minute."
	@$(HEAL)
	@$(PIP) install --require-hashes -r requirements-test.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $(RUNTIME) $@

# python3 may be an old one while a newer one stands beside it.
$(RUN):
	@for python in "$(PYTHON)" python3.11 python3.12 python3.13 python3.14; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			rm -rf $(VENV); \
			"$$python" -m venv $(VENV) && exit 0; \
			rm -rf $(VENV); \
			echo "$$python could not make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
			exit 1; \
		fi; \
	done; \
	echo "Bookbag needs Python 3.11 or newer and '$(PYTHON)' is not; name one: make PYTHON=/path/to/python3.11 demo" >&2; \
	exit 1

# Only this target reaches for uv, in an environment of its own. The lock names no index and no machine.
# What is locked stays as it is unless asked: make lock ARGS=--upgrade, or ARGS="--upgrade-package aiohttp".
LOCKER := .venv-lock
UV_COMPILE = $(LOCKER)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-package colorama --group build pyproject.toml

lock: $(RUN)
	@$(RUN) -m venv $(LOCKER)
	@$(LOCKER)/bin/python -m pip --disable-pip-version-check install --quiet uv
	@cp requirements-test.txt $(LOCKER)/test.txt
	@$(UV_COMPILE) --extra test $(ARGS) --output-file $(LOCKER)/test.txt
	@$(UV_COMPILE) --constraint $(LOCKER)/test.txt --output-file $(LOCKER)/runtime.txt
	@{ echo "# What Bookbag runs on, exactly. Made by: make lock"; cat $(LOCKER)/runtime.txt; } > requirements.txt
	@{ echo "# What Bookbag and its tests run on, exactly. Made by: make lock"; cat $(LOCKER)/test.txt; } \
		> requirements-test.txt
	@rm -rf $(LOCKER)

clean:
	rm -rf $(VENV) $(LOCKER) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
