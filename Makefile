# make lab      the environment, made once, then JupyterLab at the first chapter
# make lecture  the same, and a chapter as slides: make lecture CHAPTER=09
# make site     the course as static pages in site/: read it, play every picture; needs npm
# make test-site  makes the site, and reads it in a real browser
# make test     the environment with the developers' tools, then every test, on all cores
# make test-hub  a class on a real JupyterHub, on a machine of its own; needs root, npm, bubblewrap
# make browser  Debian's Chromium for the browser tests, where it may be installed
# make sandbox  Debian's bubblewrap, for grading and its tests, where it may be installed
# make grade    SUBMISSIONS=folder-or-zip: every hand-in graded, as TEACHING.md tells
#               SHARD=2/10: of its students a tenth, for jobs that split a class; JOIN=10 joins them
# make export   LMS=moodle or LMS=canvas: the grades in that platform's columns
# make bench    how fast things are, as ratios
# make lint     what ruff says, and biome of the JavaScript where npm is; make format lets them repair
# make bundle   memkit/widgets/web as the one file that reaches the browser; needs npm
#
# ARGS goes to the program that is run:   make lab ARGS="--no-browser --port=8899"
#                                         make test ARGS="-k golang"
#                                         make test ARGS="-n0 -x --pdb tests/test_mmu.py"

.PHONY: lab lecture site test-site test-hub test browser sandbox grade export bench lint format bundle clean
.DEFAULT_GOAL := lab

# Some machines forbid Python to keep its bytecode; then every kernel compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# The first Python that is new enough and can make environments; asked for only when needed.
FIND_PYTHON = for python in $(PYTHON) python3.12 python3.13 python3.11 python3 python3.14 python; do \
	    $$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
	        2>/dev/null && echo $$python && break; \
	done

lab: $(VENV)/lab
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/00-start-here.ipynb \
	    $$([ "$$(id -u)" = 0 ] && echo --allow-root) $(ARGS)

# Slides have settings of their own, made anew each time: deck remembers there that it is on. Their
# page asks the application, which is shown to it, for the number of a slide.
CHAPTER := 00
NOTEBOOK = $(firstword $(wildcard notebooks/$(CHAPTER)-*.ipynb))
lecture: $(VENV)/deck
	$(if $(NOTEBOOK),,$(error there is no chapter $(CHAPTER) in notebooks/))
	@rm -rf $(VENV)/lecture && cp -R lecture $(VENV)/lecture
	JUPYTER_CONFIG_DIR=$(CURDIR)/$(VENV)/lecture $(BIN)/jupyter lab --LabApp.custom_css=True \
	    --LabApp.expose_app_in_browser=True --LabApp.default_url=/lab/tree/$(NOTEBOOK) $$([ "$$(id -u)" = 0 ] && echo --allow-root) $(ARGS)

# Chapters are run with nothing of the one who builds: neither progress nor settings.
site: export XDG_DATA_HOME := $(CURDIR)/web/_build/data
site: export IPYTHONDIR := $(CURDIR)/web/_build/ipython
site: export MEMKIT_WEB := $(CURDIR)/web
site: $(VENV)/site node_modules
	@rm -rf site web/_build && mkdir -p web/_build/source
	@cp -R notebooks exercises README.md CHANGELOG.md web/index.md web/_build/source
	@mkdir -p $(IPYTHONDIR)/profile_default/startup
	@cp web/kernel/trees.py $(IPYTHONDIR)/profile_default/startup
	@echo 'c.IPKernelApp.log_level = "ERROR"' > $(IPYTHONDIR)/profile_default/ipython_kernel_config.py
	@npm run --silent site
	@cp $(VENV)/share/jupyter/nbextensions/anywidget/index.js web/_build/static/anywidget.js
	$(BIN)/sphinx-build -q -W --keep-going -j 6 -c web -d web/_build/doctrees web/_build/source web/_build/site $(ARGS)
	@mv web/_build/site site
	@echo "memkit: the site is in site/; to look at it: $(BIN)/python -m http.server -d site"

test-site: $(VENV)/dev site
	PYTHONPATH=tests $(BIN)/python -m pytest -n logical web $(ARGS)

# Which tests a worker gets together, and in which order, tests/conftest.py says.
test: $(VENV)/dev
	$(BIN)/python -m pytest -n logical $(ARGS)

# A namespace with its own users, homes, network and processes: nothing of it is left behind. Each port
# in it is accounted for, so what runs failed tests again, and listens on one, stays out.
test-hub: $(VENV)/dev node_modules
	@test "$$(id -u)" = 0 || { echo "memkit: make test-hub needs root, for users of its own" >&2; exit 2; }
	PYTHONPATH=tests $(BIN)/python -c "import hub, sys; sys.exit(hub.alone(*sys.argv[1:]).returncode)" \
	    $(BIN)/python -m pytest -p no:cacheprovider -p no:rerunfailures deploy $(ARGS)

# Started anew, it goes on where it was stopped. ASSIGNMENT=chNN where the names do not tell.
grade: override export SUBMISSIONS := $(value SUBMISSIONS)
grade: $(VENV)/grading
ifdef JOIN
	@$(BIN)/python -m memkit.classroom.shards "$(JOIN)"
else
	@test -n "$$SUBMISSIONS" || { \
	    echo "memkit: say what to grade: make grade SUBMISSIONS=folder-or-zip" >&2; exit 2; }
	@$(BIN)/python -W ignore -m memkit.classroom.grade "$$SUBMISSIONS" \
	    $(if $(ASSIGNMENT),--assignment "$(ASSIGNMENT)") $(if $(SHARD),--shard="$(SHARD)") \
	    $(if $(TRUSTED),--trusted) $(ARGS)
endif

export: $(VENV)/grading
	@$(BIN)/python -m memkit.classroom.lms "$(LMS)"

bench: $(VENV)/dev
	$(BIN)/python tests/benchmarks/bench.py $(ARGS)

lint: $(VENV)/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(call biome,lint)

format: $(VENV)/dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(call biome,format)

bundle: node_modules
	npm run --silent bundle

# The maintainers' tools for the JavaScript, of the versions that package.json says.
node_modules: package.json
	@npm install --silent --no-package-lock --no-audit --no-fund
	@touch $@

define biome
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules && npm run --silent $(1); \
	else echo "memkit: there is no npm here, so biome does not look at the JavaScript."; fi
endef

clean:
	rm -rf $(VENV) node_modules build dist *.egg-info .pytest_cache .hypothesis .ruff_cache .bench site web/_build

# Each stamp is newer than pyproject.toml exactly when what it names is installed.
$(VENV)/lab: pyproject.toml | $(BIN)/python
	@echo "memkit: installing JupyterLab and the course into $(VENV) (once, about a minute)"
	@$(PIP) install --compile --editable .
	@$(BIN)/python -m compileall -q memkit
	@touch $@

$(VENV)/deck: pyproject.toml | $(VENV)/lab
	@echo "memkit: installing what shows slides into $(VENV) (once)"
	@$(PIP) install --compile --editable '.[lecture]'
	@touch $@

$(VENV)/site: pyproject.toml | $(VENV)/lab
	@echo "memkit: installing what makes the site into $(VENV) (once)"
	@$(PIP) install --compile --editable '.[site]'
	@touch $@

$(VENV)/grading: pyproject.toml | $(BIN)/python
	@echo "memkit: installing the course and nbgrader into $(VENV) (once, about a minute)"
	@$(PIP) install --compile --editable '.[grading]'
	@$(BIN)/python -m compileall -q memkit
	@touch $(VENV)/lab $@

$(VENV)/dev: pyproject.toml | $(BIN)/python
	@echo "memkit: installing the course and the developers' tools into $(VENV) (once, about a minute)"
	@$(PIP) install --compile --editable '.[dev]'
	@$(BIN)/python -m compileall -q memkit
	@touch $(VENV)/lab $(VENV)/deck $(VENV)/site $(VENV)/grading $@

$(BIN)/python:
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
	    echo "memkit needs Python 3.11 or newer with its venv module, and found none." >&2; \
	    echo "On Debian or Ubuntu: apt-get install python3 python3-venv" >&2; \
	    echo "If yours has another name: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; \
	    exit 1; \
	fi; \
	$$python -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# $(call apt,what,packages): install Debian packages, where that is allowed.
define apt
	@if dpkg -s $(2) >/dev/null 2>&1; then \
	    echo "memkit: $(1) is installed."; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	        apt-get install -qq -y --no-install-recommends $(2); \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
	    sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive \
	        apt-get install -qq -y --no-install-recommends $(2); \
	else \
	    echo "memkit may not install $(1) here. Install it yourself," >&2; \
	    echo "for instance with: sudo apt-get install $(2)" >&2; \
	    exit 1; \
	fi
endef

# The font is for the Chinese terms of the chapters.
browser:
	$(call apt,Chromium (or Google Chrome),chromium fonts-wqy-microhei)

sandbox:
	$(call apt,bubblewrap,bubblewrap)
