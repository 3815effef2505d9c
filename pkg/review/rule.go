package review

import (
	"context"

	"github.com/moose-migrate/moose-migrate/pkg/finding"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
)

// Rule is one kind of hazard: how to see it in a plan, what happens, what to do.
type Rule struct {
	// Code is the rule's name in overrides and policies, such as LC210; Name says it in
	// words, such as "enum value removed".
	Code, Name string
	// Severity is that of its findings. A finding may be less grave, never graver.
	Severity finding.Severity
	// Proof is set on a rule that blocks only as long as it is not proven that no data is
	// affected. What cannot be found out is no proof.
	Proof bool
	// Detects says what the rule looks for, Happens what the server does, Remedy what to
	// do instead. Detects and Happens are sentences for the documentation; Remedy stands
	// in the middle of a sentence, as in [finding.Finding].
	Detects, Happens, Remedy string
	// Demo shows what happens.
	Demo Demo
	// Ask lists what must be counted in tables before Check, nil for nothing.
	Ask func(*Subject) []probe.Question
	// Check finds the hazards of a plan.
	Check func(*Subject) []Hit
}

// Hit is one hazard that a rule has found.
type Hit struct {
	// Object is what people name: "local.Users.age", "topic Foo"; see [Subject.Object].
	Object string
	// Source is where the object is declared, see [Subject.Source].
	Source inframap.Source
	// Text says in one sentence without a full stop what happens, with numbers.
	Text string
	// Remedy is what to do instead, that of the rule when empty.
	Remedy string
	// Severity is a lower one than the rule's, empty for the rule's own.
	Severity finding.Severity
	// What is done to the object: types, attributes, statements. A decision of a person
	// holds as long as these stay the same. Counts do not belong here.
	What []string
	// Count is what was counted for it, where something was.
	Count Count
	// Evidence are further facts.
	Evidence []finding.Evidence
}

// Demo shows a hazard on a server of its own: a few rows, a change, and what is left.
type Demo []Step

// Step is one step of a demonstration: a statement for ClickHouse, or a function where
// ClickHouse has no part in it.
type Step struct {
	// Say is what the step does, a short sentence without a full stop.
	Say string
	// SQL is one statement. The database is the default one of the connection.
	SQL string
	// Do runs what is no SQL and returns what is to be seen; Code is how it is shown.
	Do   func(ctx context.Context) (string, error)
	Code string
	// Want is what is to be seen: the rows as tab-separated lines without the last line
	// break. It is empty for a statement without rows.
	Want string
	// Fails is the code with which the server refuses the statement, 0 when it accepts it.
	Fails int32
	// Eventually is set when the result may take some seconds to come.
	Eventually bool
}

// Shown is what the step runs, as people see it.
func (s Step) Shown() string {
	if s.SQL != "" {
		return s.SQL
	}
	return s.Code
}
