package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// Conversion is a change of a column's type, both in the server's spelling.
type Conversion struct{ From, To string }

// Cast is the expression that the server takes exactly when it takes the conversion.
func (k Conversion) Cast() string {
	return fmt.Sprintf("CAST(materialize(defaultValueOfTypeName(%s)), %s)", sqltext.String(k.From), sqltext.String(k.To))
}

// Conversions asks which of the changes the server refuses whatever the rows hold,
// and returns its reasons, "" for the others. ClickHouse 26.7 takes a MODIFY COLUMN
// exactly when it takes the CAST. It is one query when none is refused, and one more
// for each otherwise.
func (c *Client) Conversions(ctx context.Context, list []Conversion) ([]string, error) {
	reasons := make([]string, len(list))
	if len(list) == 0 {
		return reasons, nil
	}
	casts := make([]string, len(list))
	for i, k := range list {
		casts[i] = k.Cast()
	}
	var refused *ServerError
	if err := c.describeExpressions(ctx, casts); err == nil {
		return reasons, nil
	} else if !errors.As(err, &refused) {
		return nil, fmt.Errorf("ask ClickHouse which types it can convert: %w", err)
	}
	for i, cast := range casts {
		err := c.describeExpressions(ctx, []string{cast})
		switch {
		case err == nil:
		case errors.As(err, &refused):
			reasons[i], _, _ = strings.Cut(refused.Message, ": In scope")
			reasons[i], _, _ = strings.Cut(reasons[i], ": while executing")
		default:
			return nil, fmt.Errorf("ask ClickHouse which types it can convert: %w", err)
		}
	}
	return reasons, nil
}

func (c *Client) describeExpressions(ctx context.Context, list []string) error {
	sql := "DESCRIBE TABLE (SELECT " + strings.Join(list, ", ") + ")"
	return c.inspect(ctx, sql, func(driver.Rows) error { return nil })
}

// ColumnName names a column of a table.
type ColumnName struct {
	Table  schema.Name
	Column string
}

// nullSeconds bounds the time in which NULLs are counted, for all columns together.
const nullSeconds = 60

// Nulls counts the rows in which each column is NULL, in one query that reads nothing
// but where the NULLs are. It is an error when that takes longer than a minute.
func (c *Client) Nulls(ctx context.Context, columns []ColumnName) ([]uint64, error) {
	counts := make([]uint64, len(columns))
	if len(columns) == 0 {
		return counts, nil
	}
	parts := make([]string, len(columns))
	for i, n := range columns {
		parts[i] = fmt.Sprintf("SELECT toUInt32(%d), count() FROM %s WHERE %s IS NULL", i, sqltext.Qualified(n.Table.Database, n.Table.Object), sqltext.Ident(n.Column))
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_execution_time": nullSeconds}))
	err := c.query(ctx, strings.Join(parts, " UNION ALL "), func(rows driver.Rows) error {
		var i uint32
		var n uint64
		if err := rows.Scan(&i, &n); err != nil {
			return err
		}
		counts[i] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the NULLs in columns that become required: %w", err)
	}
	return counts, nil
}
