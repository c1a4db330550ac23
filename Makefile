# 守密 Shoumi: set up, test, try, measure. `make` alone says what there is.

PYTHON ?= python3
JOBS ?= 2
VENV = .venv
BIN = $(VENV)/bin

# Debian packages whose programs and libraries the tests and the demo run.
TEST_PACKAGES = iproute2 iptables libarchive13 libudev1 linux-libc-dev nftables openssl systemd tcpdump umockdev
# And those that make and run the virtual computer of tests/vm.
VM_PACKAGES = e2fsprogs iproute2 mmdebstrap qemu-system-x86 qemu-utils
# For CI alone: on a person's computer this one would begin to block what is plugged in.
CI_PACKAGES = usbguard
PACKAGES = sh tests/tools/debian-packages.sh

# Pins of a release for Debian 12: Python 3.11, wheels only, no address of an index.
RESOLVE = $(BIN)/uv pip compile --quiet --no-header --generate-hashes --only-binary :all: --annotation-style line --python-version 3.11
RESOLVE_X86 = $(RESOLVE) --python-platform x86_64-manylinux_2_28
RESOLVE_ARM = $(RESOLVE) --python-platform aarch64-manylinux_2_28

.PHONY: help venv packages lint test test-vm demo bench fuzz locale lock clean

help: ## 显示本说明 / this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1\t/p' Makefile

venv: $(VENV)/project.stamp ## 建立虚拟环境 / the virtual environment, from the hashed pins

packages:
	@$(PACKAGES) $${CI:+--required} $(TEST_PACKAGES) $(if $(CI),$(CI_PACKAGES))

lint: venv ## 静态检查 / style, types and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: packages lint ## 静态检查并运行全部测试 / lint and every test
	$(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=loadfile

test-vm: venv ## 在虚拟机中测试，需要 root / tests in a virtual computer: real systemd, udev and USB; as root
	@$(PACKAGES) $${CI:+--required} $(VM_PACKAGES)
	$(BIN)/python -m pytest tests/vm $(if $(AGAIN),--last-failed)

demo: packages venv ## 演示，KEEP=1 则保留现场 / see it work; KEEP=1 leaves everything running
	$(BIN)/python -m tests.demo $${KEEP:+--keep}

bench: venv ## 性能测量 / the benchmarks
	$(BIN)/python -m tests.bench

fuzz: venv ## 用损坏的文档考验解析，FAMILY=pdf MINUTES=30 / damaged documents against the readers
	$(BIN)/python -m tests.fuzz $(FAMILY) --minutes $(or $(MINUTES),30)

locale: venv ## 编译界面译文 / compile the Chinese of click's own messages
	$(BIN)/pybabel compile --directory policies/locale

lock: venv ## 重新锁定依赖，UPGRADE=1 则升级 / the pins anew; UPGRADE=1 takes the newest
	$(RESOLVE_X86) $${UPGRADE:+--upgrade} --extra agent --extra collector --extra dev -o requirements/dev.txt pyproject.toml
	$(RESOLVE_X86) -c requirements/dev.txt --extra agent -o requirements/agent.txt pyproject.toml
	$(RESOLVE_X86) -c requirements/dev.txt --extra collector -o requirements/collector.txt pyproject.toml
	$(RESOLVE_ARM) requirements/dev.txt > /dev/null

clean: ## 清除生成物 / take away what was made
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find agent checks policies collector tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/requirements.stamp: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	@$(PYTHON) -c 'import ensurepip' 2> /dev/null || $(PACKAGES) --required python3-venv
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/dev.txt
	touch $@

$(VENV)/project.stamp: $(VENV)/requirements.stamp pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
