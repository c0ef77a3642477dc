# Operant. `make` alone lists what there is to do; the work itself is in scripts/bootstrap.
.DEFAULT_GOAL := help
.PHONY: help

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile
