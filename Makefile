# 印信 Yinxin. `make` 列出各目标；每个目标自己准备好 .venv/。
# `make` lists the targets; each of them sets up .venv/ for itself.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
unexport PYTHONHOME PYTHONPATH
# A program that the tests start some hundred times is compiled once.
unexport PYTHONDONTWRITEBYTECODE
# The sources and all messages are UTF-8, whatever the locale is.
export PYTHONUTF8 := 1

# make demo SERVE=0 ends after the demonstration, without serving the pages.
SERVE ?= 1
# make demo PORT=8080 serves there, instead of on port 8000.
PORT ?=
# Processes that run the tests.
WORKERS ?= 2
# make soak ONLY=differential runs one of the long counts, SEED=1 from that seed, SCALE=0.01 a hundredth of it.
ONLY ?=
SEED ?=
SCALE ?=
# make lock UPGRADE=1 takes the newest version of everything.
UPGRADE ?=

VENV := .venv/bin

.PHONY: help
help: ## 列出这些目标 / list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "make %-8s %s\n", $$1, $$2 }'

.PHONY: setup
setup: ## 准备 .venv（其他目标会自动做）/ set up .venv (the other targets do it themselves)
	@sh tools/python.sh -m tools.setup_venv

.PHONY: demo
demo: setup ## 演示全过程，然后打开网页服务；SERVE=0 则不打开 / show it all, then serve the pages; SERVE=0: do not
	@$(VENV)/python -m tools.web build
	@SERVE=$(SERVE) PORT=$(PORT) $(VENV)/python -m tools.demo

.PHONY: test
test: setup ## 全部检查与测试 / every check and test
	@$(MAKE) --no-print-directory -j$(WORKERS) $(if $(filter output-sync,$(.FEATURES)),--output-sync) lint types imports web
	$(VENV)/python -m pytest -n $(WORKERS) --dist loadgroup

.PHONY: lint
lint: setup ## 代码风格（ruff）/ style (ruff)
	$(VENV)/python -m ruff check
	$(VENV)/python -m ruff format --check

.PHONY: format
format: setup ## 自动整理代码 / put the code into that style
	$(VENV)/python -m ruff check --fix
	$(VENV)/python -m ruff format

.PHONY: types
types: setup ## 类型检查（mypy --strict），核验程序也按 Windows 检查 / types (mypy --strict), the verifier's for Windows too
	$(VENV)/python -m mypy
	$(VENV)/python -m mypy --platform win32 --no-warn-unreachable --cache-dir .mypy_cache/win32 credential verifier_cli

.PHONY: imports
imports: setup ## 各包之间的引用规则 / which package may import which
	$(VENV)/lint-imports --no-logo

.PHONY: web
web: setup ## 浏览器核验程序：构建、类型检查与测试 / the verifier in the browser: build, types and tests
	@$(VENV)/python -m tools.web

.PHONY: bench
bench: setup web ## 与其他软件比较快慢，写入 docs/performance.md / compare speeds with others, write docs/performance.md
	@$(VENV)/python -m bench

.PHONY: soak
soak: setup ## 长时间计数，写入 docs/measurements.md；ONLY=differential 只做一项 / long counts into docs/measurements.md
	@ONLY=$(ONLY) SEED=$(SEED) SCALE=$(SCALE) $(VENV)/python -m tools.soak

.PHONY: pictures
pictures: setup web ## 重新截取文档里的网页图片 / take the documentation's pictures of pages anew
	@YINXIN_PICTURES=docs/images $(VENV)/python -m pytest -q tests/e2e/test_camera.py tests/e2e/test_many.py tests/e2e/test_site.py

.PHONY: lock
lock: ## 按 pyproject.toml 更新依赖锁；UPGRADE=1 全部升级 / lock what pyproject.toml asks for; UPGRADE=1: the newest
	@sh tools/python.sh -m tools.lock $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## 删除生成的一切 / delete everything generated
	rm -rf .venv .venv-bench .venv-lock .venv-soak build dist web/build web/node_modules web/static/dist .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
