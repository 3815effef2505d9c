package fidelity

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// traps are what Moose 0.6.533 does wrong on a real ClickHouse, and the test that shows
// that it is done right here: a function of a package, or a line of a script.
var traps = []struct{ trap, file, test string }{
	{"a destructive plan is not told from any other", "pkg/report/golden_test.go", "TestGolden"},
	{"a narrowed type changes values without a word", "pkg/chtype/widening_test.go", "Int64"},
	{"a new materialized view starts empty, unsaid", "pkg/migrate/traps_test.go", "TestANewMaterializedViewSaysThatItStartsEmpty"},
	{"an ORDER BY that its key forbids drops the table first", "pkg/migrate/scenario_test.go", "must be the beginning of the sorting key"},
	{"a changed engine, setting or partition drops the rows", "pkg/migrate/acceptance_test.go", "fixed setting"},
	{"drift names the table and not the column", "pkg/migrate/guard_test.go", "TestDriftNamesWhatDiffers"},
	{"a rename is a loss where nobody is asked", "cmd/moose/testdata/engine/rename.txtar", "Nothing was written"},
	{"a guessed rename cannot be refused", "cmd/moose/testdata/engine/rename.txtar", "--no-rename"},
	{"NULLs in a column that becomes required", "pkg/migrate/traps_test.go", "TestNullsInAColumnThatBecomesRequiredAreSeen"},
	{"a second run repeats a materialized view", "pkg/migrate/traps_test.go", "TestASecondRunDoesNotRepeatAMaterializedView"},
	{"a protected table", "pkg/migrate/guard_test.go", "TestLifeCyclesHoldWhateverThePlanSays"},
	{"a table that nobody declares is invisible", "pkg/migrate/traps_test.go", "TestATableThatNobodyDeclaresIsListedAndLeftAlone"},
	{"code that changed after the plan was made", "pkg/migrate/guard_test.go", "TestStalePlanNamesWhatDiffers"},
	{"a failed conversion counts as done", "pkg/migrate/guard_test.go", "TestAFailedCastSaysWhatIsLeft"},
	{"a held lock without a holder", "cmd/moose/testdata/engine/flow.txtar", "other-machine"},
	{"a new version drops the old table", "pkg/migrate/traps_test.go", "TestANewVersionSaysWhatTheOldOneHolds"},
	{"a table dropped by hand is made again, empty", "pkg/migrate/traps_test.go", "TestATableDroppedByHandIsToldAsDrift"},
	{"another order of columns is no change", "internal/fidelity/drawtable_test.go", "reorder"},
	{"credentials in plan.yaml", "pkg/migrate/views_test.go", "TestCredentialsInSQLReachTheServerAndNoFile"},
	{"events_2024 never gets its column", "pkg/migrate/traps_test.go", "TestATableNamedLikeAVersionGetsItsColumns"},
	{"a stale build is planned", "pkg/loader/typescript_test.go", "TestTypeErrorIsNotHiddenByAStaleBuild"},
	{"delta files", "cmd/moose/testdata/engine/deltas.txtar", "migrate_with_deltas"},
	{"a lock that is lost after five minutes", "pkg/migrate/guard_test.go", "TestALostLockStopsBeforeTheNextStatement"},
	{"drift of views is not seen", "pkg/migrate/guard_test.go", "view changed"},
	{"no change counts as a migration", "cmd/moose/testdata/engine/flow.txtar", "Nothing to migrate"},
	{"the order of operations differs from run to run", "pkg/planner/planner_test.go", "TestAPlanIsTheSameTwice"},
	{"plan ignores the variable of the connection", "cmd/moose/testdata/engine/flow.txtar", "env MOOSE_CLICKHOUSE_CONFIG__URL=$NATIVE"},
	{"one query for each table", "pkg/clickhouse/client_test.go", "TestRoundTripsDoNotGrowWithTheNumberOfTables"},
	{"a token in the log", "cmd/moose/commands_test.go", "TestNoTokenInTheLog"},
	{"a missing database is told after the compile", "cmd/moose/testdata/engine/unreachable.txtar", "stderr"},
}

// TestEveryTrapHasItsTest keeps the list true when tests move.
func TestEveryTrapHasItsTest(t *testing.T) {
	for _, trap := range traps {
		data, err := os.ReadFile(filepath.Join("..", "..", trap.file))
		if err != nil || !strings.Contains(string(data), trap.test) {
			t.Errorf("%s: %s has no %q (%v)", trap.trap, trap.file, trap.test, err)
		}
	}
}
