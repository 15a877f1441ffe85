# make demo and make test do all their own set-up; they need Python 3.11 or newer (with venv) and make.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check

unexport PYTHONDONTWRITEBYTECODE  # each of the processes that tests start would compile the program anew

.PHONY: demo demo-cluster test test-postgres lint format coverage oracle fuzz faults likeness readers pictures wheel defences mends mutants pins clean

demo: $(VENV)/.runtime  ## One round on a digest that ships with the package, printed here
	@$(BIN)/paperround demo

demo-cluster: $(VENV)/.dev  ## PostgreSQL, run and two workers on this machine, one killed before your eyes; a minute
	@$(BIN)/python -m tests.demo_cluster

test: $(VENV)/.dev  ## All tests, on two cores: a third of what they take is waiting
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

test-postgres: $(VENV)/.dev  ## Those of them that have a database, on PostgreSQL alone
	$(BIN)/python -m pytest -n 3 --dist worksteal --databases postgres $(ARGS)

lint: $(VENV)/.dev  ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# On the full disk of one test it could not write its own data.
coverage: $(VENV)/.dev  ## Branches that the tests take, those of subprocesses too; fails below 100 % of feeds/, 95 % of bot/
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest -n 3 --dist worksteal -o timeout=600 \
		--deselect tests/bot/test_recovery.py::test_a_full_disk_is_one_clear_error_and_nothing_is_lost $(ARGS)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --include='feeds/*' --skip-covered --fail-under=100
	$(BIN)/coverage report --include='bot/*' --skip-covered --fail-under=95

oracle: $(VENV)/.dev  ## The matcher against a plain reading of the contract, on the whole recorded corpus
	$(BIN)/python -m tests.oracle

fuzz: $(VENV)/.dev  ## Every recorded digest, then 10,000 mutations of them: no crash, no hang, no invented title; minutes
	$(BIN)/python -m tests.fuzz

faults: $(VENV)/.dev  ## Kills and faults against loopback platforms, line by line; about half an hour
	$(BIN)/python -m tests.faults

likeness: $(VENV)/.dev  ## How good `similar:` and `library:` are, and what they cost, on the recorded corpus; minutes
	$(BIN)/python -m benchmarks.likeness

readers: $(VENV)/.dev  ## Every feed reader that is installed over hard and recorded papers; see tests/readers
	$(BIN)/python -m tests.readers

$(VENV)/.venv:
	@test -n "$(PYTHON)" || { echo "Paper Round needs Python 3.11 or newer"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.txt pyproject.toml | $(VENV)/.venv
	@echo "Installing what Paper Round needs into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@

pictures: $(VENV)/.dev  ## The README's, made anew by running the program; wants Chromium, tmux, newsboat, an emoji font
	$(BIN)/python -m tests.pictures

wheel: $(VENV)/.dev  ## The wheel in an empty environment without extras: every command starts; a minute
	$(BIN)/python -m tests.wheel

defences: $(VENV)/.dev  ## Takes out one defence against a threat after the other: a test must fail; some minutes
	$(BIN)/python -m tests.defences

mends: $(VENV)/.dev  ## Takes out one mend after the other of what people hit: a test must fail; a quarter of an hour
	$(BIN)/python -m tests.mends $(ARGS)

mutants: $(VENV)/.dev  ## 60 random faults in query, match, delivery, outbox: a test must fail for nine of ten; an hour
	$(BIN)/python -m tests.mutants $(ARGS)

pins:  ## Compile the pinned requirements anew (wants uv on the PATH)
	printf 'hatchling\neditables\n' > $(VENV)/build.in
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url pyproject.toml $(VENV)/build.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url pyproject.toml $(VENV)/build.in --group dev -o requirements-dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url pyproject.toml $(VENV)/build.in --extra postgres --extra pictures --extra apprise \
		-c requirements-dev.txt -o deploy/requirements.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
