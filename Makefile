# Every command a developer types. `make demo` and `make test` prepare what they need.
PYTHON ?= python3
IN := .venv/bin

.PHONY: demo demo-reset test check fix bench map pictures lock

demo:
	@$(PYTHON) tools/setup.py demo
	@exec $(IN)/python -m tools.demo

demo-reset:
	@$(PYTHON) tools/postgres.py forget .local/demo/postgres
	@rm -rf .local/demo && echo "The demonstration is forgotten."

test:
	@$(PYTHON) tools/setup.py test
	@$(IN)/python -m pytest $(ARGS)

check:
	@$(PYTHON) tools/setup.py check
	@$(IN)/python -m tools.check

fix:
	@$(PYTHON) tools/setup.py check
	@$(IN)/ruff check --fix -q . ; $(IN)/ruff format -q .
	@cd frontend && npm run fix --silent

bench:
	@$(PYTHON) tools/setup.py test
	@$(IN)/python -m bench $(ARGS)

map:
	@$(PYTHON) tools/setup.py check
	@$(IN)/python -m tools.map

pictures:
	@$(PYTHON) tools/setup.py test
	@$(IN)/python -m tools.pictures $(ARGS)

# Pins every package with its hashes; records no index.
lock:
	@for kind in product demo development; do \
	  groups=$$(case $$kind in demo) echo "--group demo";; development) echo "--group demo --group test --group check";; esac); \
	  $(IN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q pyproject.toml $$groups -o requirements/$$kind.txt; \
	done
	@$(IN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q requirements/s3.in -o requirements/s3.txt
