package clickhouse_test

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
)

func TestACommandTellsWhatStartedIt(t *testing.T) {
	for _, c := range []struct {
		command, verb, name string
		want                bool
	}{
		{"(MODIFY COLUMN `s` Int64)", "MODIFY COLUMN", "s", true},
		{"MODIFY COLUMN s Int64", "MODIFY COLUMN", "s", true},
		{"(MODIFY COLUMN IF EXISTS `s` Int64)", "MODIFY COLUMN", "s", true},
		{"(MODIFY COLUMN `a` Int8), (MODIFY COLUMN `s` Int64)", "MODIFY COLUMN", "s", true},
		{"(MODIFY COLUMN `s2` Int64)", "MODIFY COLUMN", "s", false},
		{"(MODIFY COLUMN `a` String DEFAULT 'MODIFY COLUMN s')", "MODIFY COLUMN", "s", false},
		{"(MODIFY COLUMN `we\\`ird` Int64)", "MODIFY COLUMN", "we`ird", true},
		{"(DELETE WHERE s = 1)", "MODIFY COLUMN", "s", false},
		{"(MATERIALIZE TTL)", "MATERIALIZE", "TTL", true},
		{"(DROP COLUMN `IF`)", "DROP COLUMN", "IF", true},
		{"(MODIFY COLUMN", "MODIFY COLUMN", "s", false},
		{"", "MODIFY COLUMN", "s", false},
	} {
		if got := (clickhouse.Mutation{Command: c.command}).Starts(c.verb, c.name); got != c.want {
			t.Errorf("%s, %s %s: %v", c.command, c.verb, c.name, got)
		}
	}
}

func TestAReasonIsShort(t *testing.T) {
	const said = "Code: 6. DB::Exception: Cannot parse string 'x: y' as Int64: syntax error. Note: there are others: while executing 'FUNCTION _CAST'"
	for in, want := range map[string]string{said: "Cannot parse string 'x: y' as Int64: syntax error", "plain": "plain", "": ""} {
		if got := (clickhouse.Mutation{FailReason: in}).Why(); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func FuzzStarts(f *testing.F) {
	f.Add("(MODIFY COLUMN IF EXISTS `s` Int64)", "s")
	f.Add("`", "`")
	f.Fuzz(func(t *testing.T, command, name string) {
		(clickhouse.Mutation{Command: command}).Starts("MODIFY COLUMN", name)
	})
}
