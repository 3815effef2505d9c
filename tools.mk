# Development tools, each in a pinned version, built by `go install` into a
# cache outside the tree. Changing a version here builds it anew.

GOLANGCI_LINT_VERSION := v2.15.0
GOVULNCHECK_VERSION   := v1.9.0
ACTIONLINT_VERSION    := v1.7.12

TOOLS_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/moose-migrate-tools

GOLANGCI_LINT := $(TOOLS_DIR)/golangci-lint-$(GOLANGCI_LINT_VERSION)/golangci-lint
GOVULNCHECK   := $(TOOLS_DIR)/govulncheck-$(GOVULNCHECK_VERSION)/govulncheck
ACTIONLINT    := $(TOOLS_DIR)/actionlint-$(ACTIONLINT_VERSION)/actionlint

$(GOLANGCI_LINT): PACKAGE := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
$(GOVULNCHECK):   PACKAGE := golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
$(ACTIONLINT):    PACKAGE := github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)

$(GOLANGCI_LINT) $(GOVULNCHECK) $(ACTIONLINT):
	@echo "building $(PACKAGE) ..."
	@GOBIN=$(@D) $(GO) install $(PACKAGE)
