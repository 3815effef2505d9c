GO      ?= go
VERSION ?= $(patsubst v%,%,$(shell git describe --tags --always --dirty 2>/dev/null || echo devel))

# Of the tests. MOOSE_TEST_STRICT=1 turns a missing real part into a failure.
PACKAGES   ?= ./...
TESTFLAGS  ?=
DEMOFLAGS  ?=
FUZZTIME   ?= 5s
CASES      ?= 100000
SEED       ?= $(shell date +%Y%m%d)000000
BENCHTIME  ?= 1s
TIMEOUT    := 30m
PARALLEL   := 2

MOOSE_PARTS := $(GO) run ./cmd/moose-parts
SCRIPTS     := entrypoint.sh .ci/run scripts/fuzz.sh internal/runner/testdata/probe/probe.sh
SAMPLES     := testdata/projects/small-ts testdata/projects/shop-ts

include tools.mk

.DEFAULT_GOAL := help
.PHONY: help demo test test-race converge bench fuzz build parts fmt lint vuln actionlint shellcheck clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: ## a sample project from main branch to pull request, on a real ClickHouse
	@$(GO) run ./cmd/moose-demo $(DEMOFLAGS)

test: parts ## set up the real parts and run all tests
	@eval "$$($(MOOSE_PARTS) env)" && $(GO) test -p $(PARALLEL) -timeout $(TIMEOUT) $(TESTFLAGS) $(PACKAGES)

test-race: parts ## the same with the race detector (needs a C compiler)
	@eval "$$($(MOOSE_PARTS) env)" && $(GO) test -race -p $(PARALLEL) -timeout $(TIMEOUT) $(TESTFLAGS) $(PACKAGES)

converge: parts ## take CASES random schemas to other random ones, from a seed of the day
	@eval "$$($(MOOSE_PARTS) env)" && MOOSE_FIDELITY_CASES=$(CASES) MOOSE_FIDELITY_SEED=$(SEED) \
		$(GO) test -timeout 12h -run TestRandomSchemasConverge -v ./internal/fidelity | grep -v '^ *\(===\|---\)'

bench: parts ## run the benchmarks
	@eval "$$($(MOOSE_PARTS) env)" && $(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) -timeout $(TIMEOUT) $(PACKAGES)

fuzz: ## run each fuzz target for FUZZTIME
	@GO="$(GO)" bash scripts/fuzz.sh $(FUZZTIME) $(PACKAGES)

build: ## bin/moose and bin/moose-clickhouse
	@mkdir -p bin
	$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/ ./cmd/moose ./cmd/moose-clickhouse

parts: ## fetch what the tests run against (see: go run ./cmd/moose-parts --help)
	@echo "fetching the parts that the tests run against, the first time takes minutes ..."
	@$(MOOSE_PARTS) fetch || test "$$MOOSE_TEST_STRICT" != 1
	@$(MOOSE_PARTS) fetch $(addprefix --node ,$(SAMPLES)) || test "$$MOOSE_TEST_STRICT" != 1

fmt: $(GOLANGCI_LINT) ## format the sources (gofumpt)
	@$(GOLANGCI_LINT) fmt

lint: $(GOLANGCI_LINT) actionlint shellcheck ## check the sources, the scripts and the workflows
	@$(GO) vet $(PACKAGES)
	@$(GOLANGCI_LINT) run $(PACKAGES)

actionlint: $(ACTIONLINT) ## check the workflows
	@$(ACTIONLINT)
	@$(ACTIONLINT) examples/workflows/*.yml

shellcheck: ## check the scripts (needs Debian's package shellcheck)
	@command -v shellcheck >/dev/null || { echo "shellcheck is not installed: apt-get install shellcheck" >&2; exit 1; }
	@shellcheck $(SCRIPTS)

vuln: $(GOVULNCHECK) ## look for known vulnerabilities in what is called
	@$(GOVULNCHECK) $(PACKAGES)

clean: ## remove what was built; caches outside the tree stay
	rm -rf bin dist
