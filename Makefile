# Operant. The way from a bare clone to a running house is in scripts/bootstrap.
PYTHON ?= python3
ROOM ?=
NAME ?=
ONLY ?=
export PATH := $(CURDIR)/.tools/bin:$(PATH)
# Containers often set it. Then each of our many processes would compile all that it loads anew.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
ROOM_PATH := $(if $(ROOM),$(wildcard src/operant/$(ROOM) src/operant/*/$(ROOM)))

.DEFAULT_GOAL := help
.PHONY: help run test bench check house prove wire reference pictures demo room deps build dev lock tokens

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' Makefile

run: ## start Operant with its demo; HOST=0.0.0.0 PORT=9000 and every other setting can follow
	@$(PYTHON) scripts/bootstrap build
	@exec $(BIN)/operant up --demo

test: dev ## run every check and test; ROOM=stage runs those of one room
ifdef ROOM
	@test -n "$(ROOM_PATH)" || { echo "There is no room $(ROOM) in src/operant."; exit 2; }
	@$(BIN)/ruff check $(ROOM_PATH)
	@$(BIN)/python -m pytest $(ROOM_PATH)
else
	@$(BIN)/python scripts/suite.py
endif

check: dev linters house ## linters, types and the rules of the house, without the tests

.PHONY: linters scripts
linters:
	@$(BIN)/ruff check
	@$(BIN)/lint-imports --no-cache
	@npm run --silent check

scripts:
	@npm run --silent test

bench: ## measure how fast the house is, beside its peers; ONLY=rls measures one group
	@$(PYTHON) scripts/bootstrap build
	@$(BIN)/python -m bench "$(ONLY)"

house: dev ## the rules of the house: contracts, the code itself, and every route and table against strangers
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -q tests/house tests/isolation

prove: dev ## the long proofs, hours of them; ONLY=kill RUNS=20 chooses (docs/guides/proofs.md)
	@$(BIN)/python scripts/prove.py $(ONLY) $(if $(RUNS),--runs $(RUNS))

wire: dev ## generate the types that cross the border to TypeScript
	@$(BIN)/python scripts/wire.py

reference: dev ## write docs/reference from settings, events and permissions
	@$(BIN)/python -m operant.cli.settings_reference
	@$(BIN)/python scripts/reference.py

pictures: dev ## take the README's pictures from a running house; URL=http://localhost:9000
	@$(BIN)/python scripts/pictures.py

demo: ## build the two demo organizations anew
	@$(PYTHON) scripts/bootstrap build
	@$(BIN)/operant demo

room: ## make the furniture of a new room; NAME=quoting
	@$(PYTHON) scripts/room.py "$(NAME)"

tokens: ## write the design tokens in the forms their readers need
	@$(PYTHON) scripts/tokens.py

deps: ## install the packages only
	@$(PYTHON) scripts/bootstrap deps

build: ## install the packages, build the frontend and gather the static files
	@$(PYTHON) scripts/bootstrap build

dev: ## prepare everything the tests need
	@$(PYTHON) scripts/bootstrap test

lock: deps ## resolve the Python requirements again (package-lock.json is npm's work); UPGRADE=1 takes newer ones
	@$(PYTHON) scripts/lock.py $(if $(UPGRADE),--upgrade)
