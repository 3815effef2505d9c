package isolate

import (
	"slices"
	"strings"
)

// allowed are the variables that a child gets: what tools need to find programs,
// files, languages and certificates. Everything else stays out, above all tokens,
// connection URLs and MOOSE_*; so does the proxy, because reading declarations
// needs no network.
var allowed = []string{
	"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TMPDIR", "TZ",
	"PYTHONPATH", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR",
}

// Environ keeps of an environment ("NAME=value") what a child may see; pass names
// further variables that the user wants to hand through. It returns the names and
// values as a map, ready for additions.
func Environ(environ, pass []string) map[string]string {
	out := map[string]string{}
	for _, kv := range environ {
		name, value, ok := strings.Cut(kv, "=")
		if ok && (slices.Contains(allowed, name) || strings.HasPrefix(name, "LC_") || slices.Contains(pass, name)) {
			out[name] = value
		}
	}
	return out
}

// List is an environment as exec wants it, sorted.
func List(env map[string]string) []string {
	out := make([]string, 0, len(env))
	for name, value := range env {
		out = append(out, name+"="+value)
	}
	slices.Sort(out)
	return out
}
