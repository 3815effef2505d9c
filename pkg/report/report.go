package report

import (
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/lineage"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// FormatVersion is the version of the JSON form. It grows when a member changes its
// meaning or goes away, not when one is added.
const FormatVersion = 1

// Report is what a reader is told about one plan. Its lists have a stable order.
type Report struct {
	FormatVersion int `json:"format_version" report:"keep"`
	// CreatedAt is the time that the caller gave, zero and left out otherwise.
	CreatedAt time.Time `json:"created_at,omitzero"`
	// Target is the server, StateStore where the recorded map lies, both without credentials.
	Target     string `json:"target,omitzero"`
	StateStore string `json:"state_store,omitzero"`
	// Verdict is the outcome in one sentence.
	Verdict string  `json:"verdict"`
	Summary Summary `json:"summary"`
	// Losses are the rows and values that the plan drops or may change.
	Losses []Loss `json:"losses"`
	// Renames are questions: what goes and what comes may be one thing under two names.
	Renames []Rename `json:"renames"`
	// Drift is what was changed outside of the tool since the last migration.
	Drift   []Drift  `json:"drift"`
	Changes []Change `json:"changes"`
	// Adopted are declared objects that the server has and that were never recorded.
	Adopted   []string  `json:"adopted"`
	Unmanaged Unmanaged `json:"unmanaged"`
	// Blocked are changes that a life cycle holds back.
	Blocked []Blocked `json:"blocked"`
	// Invalid says why the plan cannot be applied at all.
	Invalid    []string    `json:"invalid"`
	Warnings   []string    `json:"warnings"`
	Operations []Operation `json:"operations"`
	// Findings are what a review found, the gravest first; Conclusion is what it says of
	// the plan as a whole, empty where there was none. See [Report.Review].
	Findings   []finding.Finding  `json:"findings"`
	Conclusion finding.Conclusion `json:"conclusion,omitzero" report:"keep"`
	// Graph is what hangs together with what breaks, nil when nothing does.
	Graph *Graph `json:"graph,omitempty"`
	// Rehearsal is how the plan went on a scratch server, nil when it was not rehearsed. See
	// [Report.Rehearse].
	Rehearsal *Rehearsal `json:"rehearsal,omitempty"`
	// Between are the two moments that a report compares that is no plan, left out
	// otherwise. See [Report.Compare].
	Between *Between `json:"between,omitempty"`
	// Digest identifies the plan, see [plan.Digest].
	Digest string `json:"digest" report:"keep"`

	// secrets are taken out of what is added later.
	secrets []string
	// lineage is the graph of all objects, of which Graph is a part.
	lineage *lineage.Graph
}

// Summary counts. Add, Change, Recreate and Remove are changed objects by action.
type Summary struct {
	Add      int `json:"add"`
	Change   int `json:"change"`
	Recreate int `json:"recreate"`
	Remove   int `json:"remove"`
	// Operations counts the steps, Destructive those that remove rows or values.
	Operations  int `json:"operations"`
	Destructive int `json:"destructive"`
	// Losing counts the changes that drop data, less those of tables known to be empty.
	Losing int `json:"losing"`
	// Converting counts the changes that give a column a type that does not hold every
	// value of the old one.
	Converting int `json:"converting"`
	Blocked    int `json:"blocked"`
	Drift      int `json:"drift"`
	Invalid    int `json:"invalid"`
	// Ignored counts the attributes of what was changed outside of the tool that the
	// project's rules leave out.
	Ignored int `json:"ignored,omitzero"`
}

// Changes is the number of changed objects.
func (s Summary) Changes() int { return s.Add + s.Change + s.Recreate + s.Remove }

// Change is one object that the plan adds, changes, recreates or removes.
type Change struct {
	Kind   diff.Kind   `json:"kind" report:"keep"`
	Action diff.Action `json:"action" report:"keep"`
	// ID is the object's key in the infrastructure map, Database its database where it has one.
	ID       string `json:"id" report:"keep"`
	Name     string `json:"name" report:"keep"`
	Database string `json:"database,omitzero" report:"keep"`
	// Title names the object as a heading: "Table: Events". Note is what the heading adds
	// in brackets, such as the cause and the price of a recreation.
	Title string `json:"title" report:"keep"`
	Note  string `json:"note,omitzero"`
	// Source is where the object is declared, absent where not known or no longer declared.
	Source inframap.Source `json:"source,omitzero" report:"keep"`
	// Why lists the attributes that differ.
	Why []Attribute `json:"why"`
	// Details are the lines below the heading.
	Details []Line `json:"details"`
	// Rows and Bytes are what a removed or recreated table holds, absent where not known.
	Rows  *uint64 `json:"rows,omitzero"`
	Bytes *uint64 `json:"bytes,omitzero"`
	// Hints are things the reader may want to do instead.
	Hints []string `json:"hints,omitzero"`
	// Cost is that of all steps on a table together, nil when nothing is written again.
	Cost *Cost `json:"cost,omitempty"`
}

// Key identifies the changed object among those of a project, 16 hex digits, whatever is
// done to it.
func (c *Change) Key() string { return finding.Key(string(c.Kind), c.Database+"."+c.Name) }

// Attribute is one difference with its values in words, empty for an absent one.
type Attribute struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Line is one line of detail. Depth is 0 or more; Sign is "+", "-", "~" or empty.
type Line struct {
	Depth int    `json:"depth"`
	Sign  string `json:"sign,omitzero" report:"keep"`
	Text  string `json:"text"`
}

// Loss is data that the plan drops: a table's rows or, with Column set, the values of a
// column. With From and To set the values are converted, which can change them.
type Loss struct {
	Kind     diff.Kind `json:"kind" report:"keep"`
	Name     string    `json:"name" report:"keep"`
	Database string    `json:"database,omitzero" report:"keep"`
	Column   string    `json:"column,omitzero" report:"keep"`
	// From and To are the types of a converted column, empty for a dropped one.
	From string `json:"from,omitzero"`
	To   string `json:"to,omitzero"`
	// Text is the loss as a sentence without a full stop.
	Text string `json:"text"`
	// Rows and Bytes are what the table holds now, absent where not known; a column's
	// share of the bytes is not known.
	Rows  *uint64 `json:"rows,omitzero"`
	Bytes *uint64 `json:"bytes,omitzero"`
	// short is the loss in the verdict: "table Old (12 rows, 3 kB)".
	short string
}

// Converts reports whether values stay but can become other ones.
func (l Loss) Converts() bool { return l.To != "" }

// Empty reports whether there is known to be nothing to lose.
func (l Loss) Empty() bool { return l.Rows != nil && *l.Rows == 0 }

// Drift is one object that was changed outside of the tool.
type Drift struct {
	Kind   diff.Kind   `json:"kind" report:"keep"`
	Action diff.Action `json:"action" report:"keep"`
	Name   string      `json:"name" report:"keep"`
	// Database is empty where the record does not say it.
	Database string `json:"database,omitzero" report:"keep"`
	// Text says it in words; Attributes are recorded → actual.
	Text       string      `json:"text"`
	Attributes []Attribute `json:"attributes"`
	// ChangedAt, ChangedBy and Statement are the last change of the object's definition,
	// left out where the server does not tell.
	ChangedAt time.Time `json:"changed_at,omitzero"`
	ChangedBy string    `json:"changed_by,omitzero"`
	Statement string    `json:"statement,omitzero"`
}

// Unmanaged are tables and views that neither the record nor the code knows.
type Unmanaged struct {
	Count int      `json:"count"`
	Names []string `json:"names"`
}

// Blocked is a change that is held back, and why.
type Blocked struct {
	Kind   diff.Kind   `json:"kind" report:"keep"`
	Action diff.Action `json:"action" report:"keep"`
	Name   string      `json:"name" report:"keep"`
	Title  string      `json:"title" report:"keep"`
	// Source is as in Change.
	Source  inframap.Source `json:"source,omitzero" report:"keep"`
	Reason  string          `json:"reason"`
	Details []Line          `json:"details"`
}

// Operation is one step of the plan.
type Operation struct {
	// Number counts from 1, in the order in which the steps run.
	Number int       `json:"number"`
	Kind   plan.Kind `json:"kind" report:"keep"`
	// Object is what the step works on: "database.name", or the name in the default database.
	Object      string `json:"object" report:"keep"`
	Description string `json:"description"`
	// SQL has one entry per statement, without credentials.
	SQL []string `json:"sql"`
	// Destructive says what the step removes, empty when nothing.
	Destructive string `json:"destructive,omitzero"`
	// Cost is what the step makes the server write again, nil when nothing or not known.
	Cost *Cost `json:"cost,omitempty"`
}
