package install

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/loader/isolate"
)

// network are the variables that say how to reach a registry, beside those that every
// child gets (isolate.Environ). Each is compared in upper case.
var network = []string{
	"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
	"NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
	"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
}

// prefixes begin the settings of package managers, in upper case.
var prefixes = []string{"NPM_CONFIG_", "PNPM_CONFIG_", "YARN_", "COREPACK_", "PIP_", "UV_", "POETRY_", "PIPENV_"}

// secretWords in the name of a setting tell that it holds a credential.
var secretWords = []string{"AUTH", "TOKEN", "PASS", "SECRET", "CREDENTIAL", "USERNAME", "KEY", "HTTP_BASIC", "OTP"}

// neverPassed are variables that no child gets, not even when they are named: the
// runner's own, and those of moose and of its inputs.
func neverPassed(name string) bool {
	name = strings.ToUpper(name)
	for _, prefix := range []string{"INPUT_", "ACTIONS_", "MOOSE_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "GITHUB_TOKEN" || name == "GH_TOKEN"
}

// checkPass refuses variables that no child may get.
func checkPass(pass []string) error {
	for _, name := range pass {
		if neverPassed(name) {
			return fmt.Errorf("install the project's dependencies: the variable %s is never passed to a package manager. Give the registry's credential a variable of its own, such as NODE_AUTH_TOKEN, and pass that", name)
		}
	}
	return nil
}

// Environ keeps of an environment ("NAME=value") what package managers may see. pass
// names variables that hold credentials of a registry, such as NODE_AUTH_TOKEN,
// PIP_INDEX_URL or npm_config__auth. It also returns the names of the settings that were
// withheld because they hold a credential and were not named, sorted.
func Environ(environ, pass []string) (env map[string]string, withheld []string) {
	env = isolate.Environ(environ, nil)
	for _, kv := range environ {
		name, value, ok := strings.Cut(kv, "=")
		if !ok || neverPassed(name) {
			continue
		}
		if slices.Contains(pass, name) {
			env[name] = value
			continue
		}
		if !isSetting(name) {
			continue
		}
		if holdsCredential(name, value) {
			withheld = append(withheld, name)
			continue
		}
		env[name] = value
	}
	slices.Sort(withheld)
	return env, slices.Compact(withheld)
}

func isSetting(name string) bool {
	upper := strings.ToUpper(name)
	return slices.Contains(network, upper) || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(upper, p) })
}

// holdsCredential goes by the name of a setting, and by the addresses in its value.
func holdsCredential(name, value string) bool {
	upper := strings.ToUpper(name)
	if !slices.Contains(network, upper) && slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(upper, w) }) {
		return true
	}
	return slices.ContainsFunc(strings.Fields(value), hasUser)
}

// hasUser reports whether an address, of a proxy with or without a scheme, names a user.
func hasUser(address string) bool {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.User != nil || u.RawQuery != ""
	}
	return strings.Contains(address, "@") && strings.Contains(address, ":")
}
