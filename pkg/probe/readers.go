package probe

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Readers is who has read a table, or a column of it, in the last [ReaderDays] days,
// from the log of queries of the server that was asked.
type Readers struct {
	// Queries is the number of queries, Last the time of the newest.
	Queries uint64
	Last    time.Time
	// Users are up to three of the users who read it.
	Users []string
}

// ReaderDays is how far back readers are looked for.
const ReaderDays = 30

// ErrNoLog is why readers are not known when the server keeps no log of queries.
var ErrNoLog = errors.New("the server keeps no log of queries (system.query_log)")

// Codes of ClickHouse's ErrorCodes.cpp for a table and a column that do not exist.
const (
	unknownIdentifier = 47
	unknownTable      = 60
)

// readers finds who reads the tables and their columns. The log names them as
// "database.table" and "database.table.column", with quotes only around unusual names.
func readers(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	f.Readers.Value = map[schema.Name]map[string]Readers{}
	if len(r.Tables) == 0 {
		return clickhouse.Cost{}
	}
	var cost clickhouse.Cost
	cost, f.Readers.Err = server.Ask(ctx, readersSQL("system.query_log", r.Tables), r.Limits.system(), func(rows driver.Rows) error {
		var index uint32
		var column string
		var seen Readers
		if err := rows.Scan(&index, &column, &seen.Queries, &seen.Last, &seen.Users); err != nil {
			return err
		}
		n := r.Tables[index-1]
		if f.Readers.Value[n] == nil {
			f.Readers.Value[n] = map[string]Readers{}
		}
		seen.Last = seen.Last.UTC()
		f.Readers.Value[n][column] = seen
		return nil
	})
	var refused *clickhouse.ServerError
	if errors.As(f.Readers.Err, &refused) && (refused.Code == unknownTable || refused.Code == unknownIdentifier) {
		f.Readers.Err = ErrNoLog
	}
	f.Readers.Err = explained(f.Readers.Err)
	return cost
}

// readersSQL is the question to a log of queries; the column is empty for the table as a whole.
func readersSQL(log string, tables []schema.Name) string {
	names := make([]string, len(tables))
	for i, n := range tables {
		names[i] = sqltext.String(strings.ReplaceAll(n.String(), "`", ""))
	}
	return `WITH [` + strings.Join(names, ", ") + `] AS wanted
SELECT toUInt32(table), column, count(), toDateTime(max(event_time), 'UTC'), arraySort(groupUniqArray(3)(user))
FROM (
    SELECT event_time, user, arrayJoin(arrayDistinct(arrayConcat(tables, columns))) AS name,
        arrayFirstIndex(w -> replaceAll(name, '` + "`" + `', '') = w OR startsWith(replaceAll(name, '` + "`" + `', ''), concat(w, '.')), wanted) AS table,
        substring(replaceAll(name, '` + "`" + `', ''), length(wanted[table]) + 2) AS column
    FROM ` + log + `
    WHERE type = 'QueryFinish' AND query_kind = 'Select' AND is_initial_query AND event_date >= today() - ` + strconv.Itoa(ReaderDays) + `
        AND NOT startsWith(log_comment, 'moose-migrate')
        AND arrayExists(t -> has(wanted, replaceAll(t, '` + "`" + `', '')), tables)
)
WHERE table > 0
GROUP BY table, column`
}
