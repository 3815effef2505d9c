// Package manifest is the one table of what the GitHub Action takes and gives.
// action.yml and the tables of docs/github-action.md are written from it
// (go generate), and Read turns what a runner passes into checked values.
package manifest

import "strings"

//go:generate go run ../../../internal/genaction

// Input is one `with:` of the action.
type Input struct {
	Name        string // as written in a workflow
	Description string // one sentence or two, in Markdown
	Required    bool
	Default     string   // "" means none
	Values      []string // all allowed values; nil means free text
	Secret      bool     // must never be printed
}

// Env is the variable in which GitHub's runner passes the input: upper case,
// blanks replaced, hyphens kept (actions/runner, ExecutionContext).
func (i Input) Env() string { return envName(i.Name) }

// Output is one value that later steps of the job can use.
type Output struct {
	Name        string
	Description string
}

func envName(input string) string {
	return "INPUT_" + strings.ToUpper(strings.ReplaceAll(input, " ", "_"))
}

// Commands of the action.
const (
	CommandPlan    = "plan"
	CommandMigrate = "migrate"
	CommandDrift   = "drift"
	CommandCheck   = "check"
)

// Values of the input install.
const (
	InstallAuto  = "auto"  // when the dependencies are not there
	InstallTrue  = "true"  // always
	InstallFalse = "false" // never
)

// Values of the input save.
const (
	SaveArtifact = "artifact" // left in the workspace for actions/upload-artifact
	SaveCommit   = "commit"   // committed to the branch of the pull request
	SaveNone     = "none"
)

// Values of the input fail-on.
const (
	FailOnBlock = "block"
	FailOnWarn  = "warn"
	FailOnNever = "never"
)

// AllInputs lists every input in the order of the documentation.
func AllInputs() []Input {
	return []Input{
		{
			Name: "command", Required: true, Values: []string{CommandPlan, CommandMigrate, CommandDrift, CommandCheck},
			Description: "What to do: `plan` a change and review it, `migrate` what was approved, look for `drift`, or `check` what the project declares without asking any server.",
		},
		{
			Name: "clickhouse-url", Secret: true,
			Description: "ClickHouse to plan against and to change, as `clickhouse://user:password@host:9440/database?secure=true`. Every part of it is masked in the log.",
		},
		{
			Name: "redis-url", Secret: true,
			Description: "Redis of the project when it keeps its state there, as `rediss://:password@host:6379`.",
		},
		{
			Name:        "url",
			Description: "Address of a running Moose server to plan against, instead of `clickhouse-url`.",
		},
		{
			Name: "token", Secret: true,
			Description: "Admin token of the server at `url`.",
		},
		{
			Name: "working-directory", Default: ".",
			Description: "Folder of the project, relative to the root of the repository.",
		},
		{
			Name: "environment", Default: "production",
			Description: "Name of what is planned against, as in `production`. It is part of the names of the comment, the status and the deployment.",
		},
		{
			Name: "github-token", Default: "${{ github.token }}", Secret: true,
			Description: "Token that posts the comment and the status.",
		},
		{
			Name: "install", Default: InstallAuto, Values: []string{InstallAuto, InstallTrue, InstallFalse},
			Description: "Whether to run the project's package manager first: `auto` does when the dependencies are not there.",
		},
		{
			Name: "save", Default: SaveArtifact, Values: []string{SaveArtifact, SaveCommit, SaveNone},
			Description: "Where the three files of the plan go: `artifact` leaves them in the workspace for `actions/upload-artifact`, `commit` adds them to the branch of the pull request.",
		},
		{
			Name: "fail-on", Values: []string{FailOnBlock, FailOnWarn, FailOnNever},
			Description: "The mildest finding that fails the job and the status; when it is not given, `fail_on` of `moose-migrate.yml`, else `block`. Of two, the stricter one counts.",
		},
		{
			Name: "rehearse", Default: "false", Values: []string{"true", "false"},
			Description: "Whether `command: plan` plays the plan on a scratch ClickHouse that holds the actual schema and no data. A statement that is refused is the finding `PL016`.",
		},
		{
			Name: "dev-url", Secret: true,
			Description: "ClickHouse to rehearse on, in place of an embedded one that is fetched on first use. It must not have the project's databases. Implies `rehearse`.",
		},
		{
			Name:        "config",
			Description: "Path of `moose-migrate.yml`, relative to `working-directory`, when it is not in its usual place.",
		},
		{
			Name:        "map",
			Description: "Path of a desired map that an earlier job made with `command: check`, for `command: plan`. The project's code is then not run: for pull requests from forks.",
		},
		{
			Name:        "digest",
			Description: "Digest of the approved plan, for `command: migrate` in a `workflow_dispatch`.",
		},
		{
			Name:        "lock-timeout",
			Description: "How long `command: migrate` waits while another run holds the migration lock, as `6m`; when it is not given, it does not wait. The lock of a run that was killed expires after 5 minutes.",
		},
	}
}

// AllOutputs lists every output in the order of the documentation.
func AllOutputs() []Output {
	return []Output{
		{OutputHasChanges, "`true` when the plan has operations."},
		{OutputOperations, "Number of operations."},
		{OutputDestructive, "Number of operations that lose data."},
		{OutputDrift, "`true` when the servers differ from what the last migration left."},
		{OutputVerdict, "`pass`, `blocked` or `failed`."},
		{OutputDigest, "Digest of the plan, which an approval is about."},
		{OutputPlanFile, "Path of `plan.yaml`, relative to the workspace."},
		{OutputReportJSON, "Path of the report as JSON, relative to the workspace."},
		{OutputSARIFFile, "Path of the findings as SARIF, for `github/codeql-action/upload-sarif`, relative to the workspace."},
		{OutputJUnitFile, "Path of the findings as JUnit XML, relative to the workspace."},
		{OutputMapFile, "Path of the desired map, for the input `map` of a later job, relative to the workspace."},
		{OutputCommentURL, "Address of the comment on the pull request."},
	}
}

// Names of the outputs.
const (
	OutputHasChanges  = "has-changes"
	OutputOperations  = "operations"
	OutputDestructive = "destructive"
	OutputDrift       = "drift"
	OutputVerdict     = "verdict"
	OutputDigest      = "digest"
	OutputPlanFile    = "plan-file"
	OutputReportJSON  = "report-json"
	OutputSARIFFile   = "sarif-file"
	OutputJUnitFile   = "junit-file"
	OutputMapFile     = "map-file"
	OutputCommentURL  = "comment-url"
)
