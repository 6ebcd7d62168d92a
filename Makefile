# Two commands: `make demo` and `make test`. Each is complete on a machine with only Python >= 3.11.

PYTHON ?= python3
PORT ?= 8000
STAGE ?= open
BIN := .venv/bin

.PHONY: demo demo-reset test lint clean

demo: .venv/run.stamp
	@PORT=$(PORT) STAGE=$(STAGE) exec $(BIN)/python -m remiss.demo.run

demo-reset:
	rm -rf var/remiss.sqlite3 var/mail var/stage var/uploads

test: .venv/test.stamp
	@exec sh tests/run.sh

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates
	TRIAL=1 $(BIN)/mypy remiss malmoandan

clean:
	rm -rf .venv var staticfiles htmlcov .coverage* .pytest_cache .ruff_cache .mypy_cache

# Installed again only when a list of requirements has changed.
.venv/run.stamp: requirements.txt | .venv/bin/python
	@$(call install,-r requirements.txt)
	@touch $@

.venv/test.stamp: requirements.txt requirements-dev.txt .venv/run.stamp
	@$(call install,-r requirements-dev.txt)
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed. Point at one: make demo PYTHON=python3.12" >&2; exit 1; }
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --python "$$(command -v $(PYTHON))" .venv; \
	elif ! $(PYTHON) -m venv .venv; then \
	  rm -rf .venv; \
	  echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; \
	  exit 1; \
	fi

install = echo "Installing $(1) …"; \
  if command -v uv >/dev/null; then \
    uv pip install --quiet --python .venv/bin/python --require-hashes $(1); \
  else \
    $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes $(1); \
  fi
