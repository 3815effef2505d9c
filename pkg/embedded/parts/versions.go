package parts

// Versions of everything this package fetches. A part is cached under a key
// that contains its version, so changing a line here fetches it anew.
const (
	// ChdbVersion is the npm release of the libchdb packages.
	ChdbVersion = "26.7.3-stable.1"
	// ClickHouseVersion is what `SELECT version()` answers on that release.
	ClickHouseVersion = "26.7.2.1"
	// MooseVersion is the release of @514labs/moose-cli, @514labs/moose-lib
	// (npm) and moose-lib (PyPI). The first two are pinned in
	// locks/moose-cli/package-lock.json as well.
	MooseVersion = "0.6.533"
	// PythonMinimum is the oldest Python that moose-lib runs on: it uses
	// `type X = ...` statements.
	PythonMinimum = "3.12"
	// TemporalVersion is the release of the module github.com/temporalio/cli,
	// whose program carries the Temporal server (1.29).
	TemporalVersion = "v1.5.1"
	// ActVersion is the release of the module github.com/nektos/act.
	ActVersion = "v0.2.89"
)

// chdbPackages names the npm package of libchdb by GOARCH (Linux with glibc).
// The integrity is npm's own notation, checked by npm; an empty one leaves the
// check to what the registry states.
var chdbPackages = map[string]npmPackage{
	"amd64": {
		name:      "@chdb/lib-linux-x64-gnu",
		integrity: "sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==",
	},
	"arm64": {name: "@chdb/lib-linux-arm64-gnu"},
}

type npmPackage struct{ name, integrity string }
