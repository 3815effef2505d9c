package install_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/install"
	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

func TestEnviron(t *testing.T) {
	env, withheld := install.Environ([]string{
		"PATH=/bin", "HOME=/h", "https_proxy=http://proxy:3128", "HTTP_PROXY=http://u:p@proxy:3128", "NO_PROXY=localhost",
		"npm_config_registry=https://r.example/", "npm_config_//r.example/:_authToken=t", "NPM_CONFIG_USERCONFIG=/h/.npmrc",
		"PIP_INDEX_URL=https://u:p@r.example/simple", "PIP_EXTRA_INDEX_URL=https://r.example/a https://token@r.example/b", "PIP_CERT=/c",
		"UV_INDEX_X_PASSWORD=p", "POETRY_HTTP_BASIC_X_USERNAME=u", "YARN_NPM_AUTH_TOKEN=t",
		"NODE_AUTH_TOKEN=npm", "NODE_EXTRA_CA_CERTS=/ca.pem", "SSL_CERT_FILE=/ca.pem", "NODE_OPTIONS=--require=/x",
		"GITHUB_TOKEN=g", "INPUT_TOKEN=i", "INPUT_SOME-INPUT=i", "ACTIONS_RUNTIME_TOKEN=a", "MOOSE_ADMIN_TOKEN=m", "AWS_SECRET_ACCESS_KEY=s", "broken",
	}, []string{"NODE_AUTH_TOKEN"})
	if diff := cmp.Diff([]string{
		"HOME=/h", "NODE_AUTH_TOKEN=npm", "NODE_EXTRA_CA_CERTS=/ca.pem", "NO_PROXY=localhost", "NPM_CONFIG_USERCONFIG=/h/.npmrc",
		"PATH=/bin", "PIP_CERT=/c", "SSL_CERT_FILE=/ca.pem", "https_proxy=http://proxy:3128", "npm_config_registry=https://r.example/",
	}, isolate.List(env)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"HTTP_PROXY", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "POETRY_HTTP_BASIC_X_USERNAME", "UV_INDEX_X_PASSWORD", "YARN_NPM_AUTH_TOKEN", "npm_config_//r.example/:_authToken",
	}, withheld); diff != "" {
		t.Error(diff)
	}
}

func TestPassRefusesTheRunnersOwn(t *testing.T) {
	for _, name := range []string{"GITHUB_TOKEN", "INPUT_TOKEN", "ACTIONS_RUNTIME_TOKEN", "MOOSE_CLICKHOUSE_CONFIG__PASSWORD"} {
		err := install.Run(t.Context(), install.Plan{}, install.Options{Pass: []string{name}})
		if err == nil || !strings.Contains(err.Error(), name+" is never passed") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
