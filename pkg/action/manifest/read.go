package manifest

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Inputs are the inputs of one run, checked, with defaults filled in. An input
// that was not given and has no default is empty.
type Inputs struct {
	Command          string // one of the Command constants
	ClickHouseURL    string // secret
	RedisURL         string // secret
	URL              string
	Token            string // secret
	WorkingDirectory string // clean, relative to the workspace, with slashes; "." is the workspace
	Environment      string // one line of at most 100 bytes
	GitHubToken      string // secret; empty where the runner passes none
	Install          string // one of the Install constants
	Save             string // one of the Save constants
	FailOn           string // one of the FailOn constants, empty when it was not given
	Config           string // path as given
	Map              string // path as given
	Digest           string // 64 lower-case hex digits
	Rehearse         bool
	DevURL           string // secret
	LockTimeout      time.Duration
}

// Secrets returns the values that must never be printed, as given.
func (v Inputs) Secrets() []string {
	return slices.DeleteFunc([]string{v.ClickHouseURL, v.RedisURL, v.Token, v.GitHubToken, v.DevURL}, func(s string) bool { return s == "" })
}

// maxEnvironment is in bytes. GitHub allows 255, but the name is also part of
// titles and of the status context, where it has to stay readable.
const maxEnvironment = 100

var digestPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Read takes the inputs from getenv and checks them. All that is wrong is
// reported at once, without the value of a secret. Values are trimmed, and an
// empty one means that the input was not given, as for GitHub's own actions.
func Read(getenv func(string) string) (Inputs, error) {
	got, wrong := map[string]string{}, []error(nil)
	for _, in := range AllInputs() {
		value, err := in.read(getenv)
		if err != nil {
			wrong = append(wrong, err)
		}
		got[in.Name] = value
	}
	v := Inputs{
		Command: got["command"], ClickHouseURL: got["clickhouse-url"], RedisURL: got["redis-url"], URL: got["url"], Token: got["token"],
		WorkingDirectory: got["working-directory"], Environment: got["environment"], GitHubToken: got["github-token"],
		Install: got["install"], Save: got["save"], FailOn: got["fail-on"], Config: got["config"], Map: got["map"],
		Digest: strings.ToLower(got["digest"]), Rehearse: got["rehearse"] == "true", DevURL: got["dev-url"],
	}
	if text := got["lock-timeout"]; text != "" {
		var err error
		if v.LockTimeout, err = time.ParseDuration(text); err != nil || v.LockTimeout < 0 {
			wrong = append(wrong, fmt.Errorf("the input lock-timeout is %q; it must be a time such as 90s or 6m", text))
		}
	}
	wrong = append(wrong, v.check()...)
	v.WorkingDirectory = path.Clean(v.WorkingDirectory)
	if err := errors.Join(wrong...); err != nil {
		return Inputs{}, err
	}
	return v, nil
}

// read returns the value or the default of one input.
func (i Input) read(getenv func(string) string) (string, error) {
	value := strings.TrimSpace(getenv(i.Env()))
	if value == "" { // Gitea's and act's older runners replace the hyphens too
		value = strings.TrimSpace(getenv(strings.ReplaceAll(i.Env(), "-", "_")))
	}
	if value == "" && !strings.Contains(i.Default, "${{") { // an expression is the runner's to evaluate
		value = i.Default
	}
	switch {
	case value == "" && i.Required:
		return "", fmt.Errorf("the input %s is missing; set `with: {%s: …}` to %s", i.Name, i.Name, i.choices())
	case value != "" && i.Values != nil && !slices.Contains(i.Values, value):
		return "", fmt.Errorf("the input %s is %q; it can be %s", i.Name, value, i.choices())
	}
	return value, nil
}

func (i Input) choices() string {
	if len(i.Values) == 0 {
		return "a value"
	}
	last := len(i.Values) - 1
	return strings.Join(i.Values[:last], ", ") + " or " + i.Values[last]
}

// check looks at what the table cannot say.
func (v Inputs) check() (wrong []error) {
	if !isLocal(v.WorkingDirectory) {
		wrong = append(wrong, fmt.Errorf("the input working-directory is %q; it must be a folder inside the repository, as in services/shop", v.WorkingDirectory))
	}
	if len(v.Environment) > maxEnvironment || strings.ContainsFunc(v.Environment, unicode.IsControl) || !utf8.ValidString(v.Environment) {
		wrong = append(wrong, fmt.Errorf("the input environment must be one line of at most %d bytes", maxEnvironment))
	}
	if v.URL != "" && v.ClickHouseURL != "" {
		wrong = append(wrong, errors.New("the inputs url and clickhouse-url exclude each other: the plan is made against a running Moose server or against ClickHouse"))
	}
	if v.Map != "" && v.Command != "" && v.Command != CommandPlan {
		wrong = append(wrong, fmt.Errorf("the input map is for `command: plan`, not for %s", v.Command))
	}
	if v.Digest != "" {
		if v.Command != "" && v.Command != CommandMigrate {
			wrong = append(wrong, fmt.Errorf("the input digest is for `command: migrate`, not for %s", v.Command))
		}
		if !digestPattern.MatchString(v.Digest) {
			wrong = append(wrong, fmt.Errorf("the input digest is %q; it must be the 64 hex digits that the plan's comment shows", v.Digest))
		}
	}
	return wrong
}

// isLocal reports whether a path stays within the folder it is relative to.
// Unlike filepath.IsLocal it does not depend on the system it runs on.
func isLocal(p string) bool {
	clean := path.Clean(p)
	return p != "" && !path.IsAbs(clean) && clean != ".." && !strings.HasPrefix(clean, "../") && !strings.ContainsFunc(p, unicode.IsControl)
}
