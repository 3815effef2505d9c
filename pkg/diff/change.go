package diff

import (
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Action is what happens to an object.
type Action string

// The actions. Recreate is one thing: the object cannot be changed in place, and a
// table loses its rows by it.
const (
	Add      Action = "add"
	Remove   Action = "remove"
	Update   Action = "update"
	Recreate Action = "recreate"
)

// Kind is the kind of an object.
type Kind string

// The kinds of objects, in the order in which they are shown.
const (
	Topic            Kind = "topic"
	Table            Kind = "table"
	View             Kind = "view"
	MaterializedView Kind = "materialized view"
	SQLResource      Kind = "SQL resource"
	Sync             Kind = "topic to table sync"
	Function         Kind = "function"
	API              Kind = "API endpoint"
	Workflow         Kind = "workflow"
	WebApp           Kind = "web app"
	Dictionary       Kind = "dictionary"
	RowPolicy        Kind = "row policy"
	Worker           Kind = "orchestration worker"
)

// Attribute is one difference of an object: its name ("column qty: type"), the old
// and the new value in words; an absent value is empty.
type Attribute struct {
	Name          string
	Before, After string
}

// Change is one object that differs.
type Change struct {
	Kind   Kind
	Action Action
	// ID is the key of the object in its map, Name what people call it.
	ID, Name string
	// Object is the object in ClickHouse, set where drift is reported.
	Object schema.Name
	// RenameOf is set on a table that is added and looks like the new name of this one,
	// which is removed.
	RenameOf string
	// Why lists the attributes that differ; for a recreation those that forced it stand in Forced too.
	Why    []Attribute
	Forced []Attribute

	// Exactly one of the following is set, by Kind; its Before or After is nil for an addition or removal.
	Table            *TableChange
	View             *Pair[inframap.View]
	MaterializedView *Pair[inframap.MaterializedView]
	SQLResource      *Pair[inframap.SQLResource]
	Dictionary       *Pair[inframap.Dictionary]
	RowPolicy        *Pair[inframap.RowPolicy]
	Topic            *Pair[inframap.Topic]
	API              *Pair[inframap.APIEndpoint]
	Workflow         *Pair[inframap.Workflow]
	Other            *Pair[any]
}

// Pair is an object before and after.
type Pair[T any] struct{ Before, After *T }

// TableChange is what differs in a table.
type TableChange struct {
	Before, After *inframap.Table
	// Renamed says that Before has another name than After and is to be renamed.
	Renamed bool
	// Actual is the table as the server has it, nil for an addition.
	Actual  *schema.Table
	Columns []ColumnChange
	Indexes []NamedChange[inframap.Index]
	// Projections that differ.
	Projections []NamedChange[inframap.Projection]
	// Constraints that differ.
	Constraints []NamedChange[inframap.Constraint]
	// Settings, TTL and SampleBy say that these differ; the values are in Before and After.
	Settings, TTL, SampleBy bool
	// KeyTypes are the columns of a key, or of the engine's version, whose type cannot change as it should, in words.
	KeyTypes []string
	// SettingsBefore and SettingsAfter are the settings that differ, by name.
	SettingsBefore, SettingsAfter map[string]string
}

// ColumnChange is a column added, removed or updated. After names the column that
// precedes an added one, nil for the first.
type ColumnChange struct {
	Action        Action
	Before, After *inframap.Column
	Position      *string
	Why           []Attribute
	// RenameOf is set on an addition that looks like the new name of a removed column;
	// RenameFrom is that column under its new name when more than the name differs.
	RenameOf   string
	RenameFrom *inframap.Column
	// RenameStated is set on such an addition when it is a rename and not only looks like
	// one, and RenamedTo on the removal that belongs to it.
	RenameStated bool
	RenamedTo    string
	// Nulls is how many rows are NULL in a column that becomes required, nil when that was not asked.
	Nulls *uint64
}

// NamedChange is an index, a projection or a constraint added (Before nil), removed (After nil) or replaced.
type NamedChange[T any] struct {
	Name          string
	Before, After *T
}

// Blocked is a change that a life cycle forbids, and why.
type Blocked struct {
	Change Change
	Reason string
}

// Result is everything that a comparison found.
type Result struct {
	Changes []Change
	Blocked []Blocked
	// Invalid lists what can never be applied as declared; a plan with any must not run.
	Invalid []string
}

// Empty reports whether nothing differs; what a life cycle holds back counts as a difference only for people.
func (r *Result) Empty() bool { return len(r.Changes) == 0 && len(r.Invalid) == 0 }
