package review

import "github.com/moose-migrate/moose-migrate/pkg/plan"

// Purpose is what becomes of a plan.
type Purpose string

// The purposes. What only a reviewer can do something about is not said again when the
// plan is applied.
const (
	// ForReview: the plan is shown to people.
	ForReview Purpose = "review"
	// ForMigration: the plan is to be applied now.
	ForMigration Purpose = "migration"
)

// Process is what is known of how a change comes about: the files of the repository,
// the connection, the host of the pull requests. It is data only; what nobody has looked
// for is nil or empty.
type Process struct {
	Purpose Purpose
	// PullRequest is set when the code of a pull request, which nobody has reviewed yet,
	// runs in a job that has the connection to ClickHouse.
	PullRequest bool
	// Saved are the files of a saved plan, nil when there are none.
	Saved *SavedPlan
	// Deltas are the paths of Moose's delta files in the project, with slashes.
	Deltas []string
	// RecordedVersion is the version of Moose that stored the state, DeclaredVersion that
	// of the moose-lib that has read the code; empty where not known.
	RecordedVersion, DeclaredVersion string
	// Connection is that to ClickHouse, nil when there is none.
	Connection *Connection
	// Workflows are the files in .github/workflows of the repository.
	Workflows []Workflow
	// Checks are those that the host demands before a merge, nil when it was not asked or
	// did not say.
	Checks *Checks
	// Others are the open pull requests with a plan for the same place.
	Others []OtherPull
	// Behind is what the target branch has and the reviewed code has not, nil when the
	// code has all of it or that is not known.
	Behind *Behind
}

// Reviewing reports whether people are to look at the plan, and it is known how it came
// about.
func (p *Process) Reviewing() bool { return p != nil && p.Purpose == ForReview }

// SavedPlan are the files of a saved plan as they lie in the project.
type SavedPlan struct {
	// Files is what they say, nil when Err says why they cannot be read.
	Files *plan.Files
	Err   error
	// Applied is set when the recorded state is what the plan led to.
	Applied bool
	// Stale are the differences between what the plan leads to and what the code declares
	// now, Drifted those between what it starts from and what the server has, in words.
	Stale, Drifted []string
	// Rewritten is set when this run writes the files anew.
	Rewritten bool
}

// Connection is how ClickHouse is reached.
type Connection struct {
	// Addresses are the servers as host:port.
	Addresses []string
	// TLS is set when the connection is encrypted, Verified when the server must prove
	// that it is the one that is meant.
	TLS, Verified bool
}

// Workflow is one file of .github/workflows.
type Workflow struct {
	// Path is relative to the repository, with slashes.
	Path    string
	Content []byte
}

// Checks are the required ones of a branch.
type Checks struct {
	Branch string
	// Required are the names of the checks that a merge waits for.
	Required []string
	// Ours are the names under which the verdict of this plan is told: the commit status
	// and the job.
	Ours []string
}

// OtherPull is another open pull request with a plan for the same project and environment.
type OtherPull struct {
	Number int
	URL    string
	// Objects are the keys of what its plan changes, see [report.Change.Key].
	Objects []string
}

// Behind are the commits of the target branch that a pull request lacks.
type Behind struct {
	Branch  string
	Commits int
	// Files are the project's files that they change, relative to the repository.
	Files []string
}
