# make          says what there is
# PYTHON=…      interpreter to make the environment with
PYTHON ?=
RUN := .venv/bin/python
SETUP := $(or $(PYTHON),python3) tools/environment.py $(if $(PYTHON),--python $(PYTHON))

.PHONY: help env book test test-all page record preview benchmark pdf notebooks slides site student lab serve lint lock clean setup-system

help: ## say what there is
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*##/ {printf "%-16s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: ## make the environment from the lock, or reuse it
	@$(SETUP)

book: env ## run all pages and write the site to book/_build/html
	@$(RUN) -m tools.build

test: setup-system env ## run every check; of one page alone: make test P=book/lectures/…/page.md
	@$(RUN) -m tools.run_tests $(if $(P),--page $(P))

test-all: setup-system env ## the same, and all slow checks; or a part of them: PART=1/4
	@$(RUN) -m tools.run_tests --all $(if $(PART),--part $(PART))

page: env ## run one page alone: make page P=book/lectures/…/page.md
	@$(RUN) -m tools.run.run_page $(P)

record: env ## record what the model answers on all its pages, or on one: P=…
	@$(RUN) -m tools.record $(P)

preview: env ## show the book while you write: saved changes appear in the browser
	@$(RUN) -m tools.preview

benchmark: env ## time builds against plain Jupyter Book (needs 10 to 30 minutes)
	@$(RUN) -m tools.benchmark

pdf: book ## print the book to book/_build/book.pdf (needs Chromium or Chrome)
	@$(RUN) -m tools.pdf

notebooks: book ## write the clean notebooks of all pages to book/_build/notebooks
	@$(RUN) -m tools.notebooks --to book/_build/notebooks

slides: book ## write a deck of slides for each lecture to book/_build/slides
	@$(RUN) -m tools.slides

site: book ## the site as it is published: with slides, PDF, notebooks, starter, itself as zip
	@$(RUN) -m tools.publication

student: env ## the same without solutions, in book/_build/student
	@$(RUN) -m tools.build --student
	@$(RUN) -m tools.publication --student

lab: book ## JupyterLab with your own copies of all notebooks, in the folder lab
	@$(RUN) -m tools.notebooks --to lab --local
	@.venv/bin/jupyter lab --ServerApp.root_dir=lab $(if $(filter 0,$(shell id -u)),--allow-root)

serve: book ## show the built site on a free local port
	@$(RUN) -m tools.serve

lint: env ## check style of code and text without running anything
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check . && $(RUN) -m pytest tests/fast

lock: env ## renew requirements.txt from pyproject.toml
	@$(RUN) -m tools.lock

setup-system: ## install, as root on Debian or Ubuntu, what the tests need, or say what to do
	@sh tools/setup_system.sh

clean: ## delete all that was built
	@rm -rf book/_build .pytest_cache .ruff_cache
