package install

import (
	"regexp"
	"strings"
)

// updates is how a lock file is brought up to date.
var updates = map[Manager]string{
	NPM:    "Run `npm install` and commit the lock file.",
	PNPM:   "Run `pnpm install` and commit pnpm-lock.yaml.",
	Yarn:   "Run `yarn install` and commit yarn.lock.",
	Berry:  "Run `yarn install` and commit yarn.lock.",
	UV:     "Run `uv lock` and commit uv.lock.",
	Poetry: "Run `poetry lock` and commit poetry.lock.",
	Pipenv: "Run `pipenv lock` and commit Pipfile.lock.",
}

// outOfDate are the words of the tools for a lock file that does not fit the project:
// npm 7–11, pnpm 8–10, yarn 1, yarn 2–4, uv, poetry 1–2, pipenv.
var outOfDate = regexp.MustCompile(`can only install (packages )?(with an existing package-lock|when your package\.json)|ERR_PNPM_OUTDATED_LOCKFILE|lockfile needs to be updated|YN0028|` +
	`pyproject\.toml changed significantly|poetry\.lock is not up to date|[Ll]ockfile .*needs to be updated|Pipfile\.lock .*out of date`)

// causes are what tools say when the reason lies outside of the project.
var causes = []struct {
	said   *regexp.Regexp
	remedy string
}{
	{
		regexp.MustCompile(`\bE401\b|\bE403\b|ENEEDAUTH|ERR_PNPM_FETCH_40[13]|YN0041|40[13] (Client )?Error|status code 40[13]|HTTP error 40[13]`),
		"The registry refused access. Name the variable with its credential in the list of variables to pass.",
	},
	{
		regexp.MustCompile(`SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)|CERTIFICATE_VERIFY_FAILED|invalid peer certificate`),
		"The registry's certificate is not trusted here. Set NODE_EXTRA_CA_CERTS (npm, pnpm, yarn) or SSL_CERT_FILE (pip, uv, poetry) to the file of your certificate authority.",
	},
	{
		regexp.MustCompile(`ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ERR_SOCKET_TIMEOUT|Failed to establish a new connection|Temporary failure in name resolution|dns error`),
		"The registry cannot be reached from here. Behind a proxy set HTTPS_PROXY; for a registry of your own set npm_config_registry or PIP_INDEX_URL.",
	},
	{
		regexp.MustCompile(`No module named (venv|ensurepip)|ensurepip is not available`),
		"This Python cannot make virtual environments. Install its venv package (on Debian: apt-get install python3-venv).",
	},
	{
		regexp.MustCompile(`EUSAGE.*workspaces|EBADENGINE|ERR_PNPM_UNSUPPORTED_ENGINE|requires a different [Pp]ython|Requires-Python`),
		"The project or a package asks for another version of Node or Python. Install that one.",
	},
}

// remedy is what to do about what a tool said, empty when it is not known.
func remedy(m Manager, said string, withheld []string) string {
	var out []string
	switch {
	case outOfDate.MatchString(said):
		out = append(out, "The lock file does not fit the project's dependencies. "+updates[m])
	default:
		for _, c := range causes {
			if c.said.MatchString(said) {
				out = append(out, c.remedy)
				break
			}
		}
	}
	if len(withheld) > 0 {
		out = append(out, "Not passed to the package manager, because they hold a credential: "+strings.Join(withheld, ", ")+". Those it needs must be named in the list of variables to pass.")
	}
	return strings.Join(out, " ")
}
