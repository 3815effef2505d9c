package mu

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/review"
	"github.com/moose-migrate/moose-migrate/pkg/review/statement"
)

// made are what can be made again from its definition.
var made = []string{"VIEW", "FUNCTION", "MATERIALIZED", "TABLE", "DATABASE", "DICTIONARY"}

// harmless reports whether a statement is known to touch no stored rows. Several
// statements in one text are not.
func harmless(st review.Statement) bool {
	if slices.Contains(st.Words, ";") || st.Has("PARALLEL", "WITH") {
		return false
	}
	switch {
	case st.Starts("CREATE"):
		return len(st.Words) > 1 && slices.Contains(made, st.Words[1])
	case st.Starts("DROP", "FUNCTION"), st.Starts("SELECT"), st.Starts("GRANT"):
		return true
	}
	return false
}

// spokenOf reports whether a rule of its own speaks of a statement: MV503, MV511, MU610,
// SE006, or one of the family DS.
func spokenOf(st review.Statement) bool {
	return statement.Classify(st.Text).Effect != statement.Unknown || st.Starts("GRANT") || ownTarget(st) || unbounded(st) != ""
}

// ownTarget reports whether a statement creates a materialized view that keeps its rows
// in a hidden table.
func ownTarget(st review.Statement) bool {
	to, as := st.Index("TO"), st.Index("AS")
	return st.Starts("CREATE", "MATERIALIZED", "VIEW") && (to < 0 || as >= 0 && as < to)
}
