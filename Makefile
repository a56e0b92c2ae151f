# What a person types. Everything is installed into .venv, from the versions in requirements.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock

.PHONY: rehearse sample run test check format bench soak lock clean
.DELETE_ON_ERROR:

rehearse: $(VENV)/$(if $(BROWSE),browse,rehearsal)
	@$(BIN)/plenary rehearse $(if $(CONFIG),--config $(CONFIG)) $(if $(BROWSE),--browse)

sample: rehearse
	@cp rehearsal/qms-1-of-4-report.* rehearsal/qms-1-of-4-figure-*.png docs/sample-report/

run: $(VENV)/run
	@$(BIN)/plenary run $(if $(CONFIG),--config $(CONFIG))

test: $(VENV)/dev
	$(BIN)/pytest $(ARGS)

check: $(VENV)/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright

format: $(VENV)/dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/bench
	@$(BIN)/python -m benchmarks $(ARGS)
	$(BIN)/python -m benchmarks.voting

soak: $(VENV)/bench
	$(BIN)/python -m benchmarks.crash $(ARGS)

lock:
	uv pip compile pyproject.toml --quiet --all-extras --universal --python-version 3.11 --no-header \
	  --no-annotate --output-file requirements.lock

clean:
	rm -rf $(VENV) rehearsal

# A stamp for each set of packages, made anew when what it depends on changes.
$(VENV)/run: EXTRAS :=
$(VENV)/rehearsal: EXTRAS := [rehearsal]
$(VENV)/browse: EXTRAS := [browse]
$(VENV)/dev: EXTRAS := [dev]
$(VENV)/bench: EXTRAS := [bench]
$(VENV)/run $(VENV)/rehearsal $(VENV)/browse $(VENV)/dev $(VENV)/bench: $(VENV)/bin/python pyproject.toml requirements.lock
	@echo "Installing what this needs; the first time takes a minute."
	@$(PIP) --editable '.$(EXTRAS)'
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Plenary needs Python 3.11 or newer as $(PYTHON). Name another with: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv is missing. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
