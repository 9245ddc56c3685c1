# make demo | test | peers | check | bench | score | train | docs | lock — each sets up .venv itself when it is missing.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test peers kannel check format bench score train docs lock clean

demo: .venv/run
	$(BIN)/python main.py demo

test: .venv/dev
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest -W error -n logical --dist loadfile

# against software of others; what cannot be installed is a failure, never a skip
peers: .venv/dev
	$(MAKE) -j4 --no-print-directory kannel .peers/node/ready $(ORACLES:%=.peers/%/ready)
	$(BIN)/python -m pytest -W error -m peers -n logical --dist loadfile tests/peers

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev
	$(BIN)/python -m benchmarks

score: .venv/run
	$(BIN)/python -m benchmarks.score

train: .venv/run
	$(BIN)/python -m benchmarks.train

docs: .venv/run
	$(BIN)/python main.py settings > docs/settings.md.new
	{ sed '/^| setting/,$$d' docs/settings.md; cat docs/settings.md.new; } > docs/settings.md.tmp
	mv docs/settings.md.tmp docs/settings.md
	rm docs/settings.md.new

lock: .venv/dev
	$(BIN)/pip-compile -q $(LOCK) -o requirements.lock pyproject.toml
	$(BIN)/python -c "$(GROUP)" > requirements-dev.in
	$(BIN)/pip-compile -q $(LOCK) -c requirements.lock -o requirements-dev.lock requirements-dev.in
	rm requirements-dev.in

# pip-compile does not read dependency groups
GROUP := import tomllib; project = tomllib.load(open('pyproject.toml', 'rb')); \
	print(*project['dependency-groups']['dev'], sep='\n')
LOCK := --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	--strip-extras --no-annotate --no-header

.venv/run: requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

.venv/dev: requirements-dev.lock .venv/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# wechatpy and odoo-wechatpy are one module by two names: an environment each
ORACLES := wechatpy odoo-wechatpy clouds robots

.peers/%/ready: tests/peers/python/%.txt
	$(PYTHON) -m venv --clear .peers/$*
	.ci/again .peers/$*/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r $<
	touch $@

.peers/node/ready: tests/peers/node/package.json tests/peers/node/package-lock.json
	.ci/node
	mkdir -p .peers/node
	cp $^ .peers/node
	.ci/again npm ci --prefix .peers/node --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

kannel:
	PATH="$$PATH:/usr/sbin" .ci/kannel

clean:
	rm -rf .venv .peers .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
