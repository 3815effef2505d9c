package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
)

// Bounds of the questions about a column whose rows were not all rewritten, in seconds.
const (
	readSeconds  = 600
	unfitSeconds = 30
)

// timeExceeded is ClickHouse's code for a statement that took longer than it may.
const timeExceeded = 159

// ErrNotRead says that a column could not be read to its end in the time for it.
var ErrNotRead = errors.New("reading the column takes longer than ten minutes")

// PartTypes counts the active parts of each column by the type that they store, in one
// query. The parts of a column whose rewrite has not ended differ in it.
func (c *Client) PartTypes(ctx context.Context, columns []ColumnName) (map[ColumnName]map[string]uint64, error) {
	out := map[ColumnName]map[string]uint64{}
	if len(columns) == 0 {
		return out, nil
	}
	list := make([]string, len(columns))
	for i, n := range columns {
		list[i] = "(" + sqltext.String(n.Table.Database) + ", " + sqltext.String(n.Table.Object) + ", " + sqltext.String(n.Column) + ")"
	}
	sql := "SELECT database, table, column, type, count() FROM system.parts_columns WHERE active AND (database, table, column) IN (" +
		strings.Join(list, ", ") + ") GROUP BY ALL"
	err := c.query(withQuerySize(ctx, sql), sql, func(rows driver.Rows) error {
		var n ColumnName
		var typ string
		var parts uint64
		if err := rows.Scan(&n.Table.Database, &n.Table.Object, &n.Column, &typ, &parts); err != nil {
			return err
		}
		if out[n] == nil {
			out[n] = map[string]uint64{}
		}
		out[n][typ] = parts
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read which types the parts have: %w", err)
	}
	return out, nil
}

// ReadColumn reads every value of a column. A *ServerError says why that fails,
// [ErrNotRead] that it takes too long to be known.
func (c *Client) ReadColumn(ctx context.Context, n ColumnName) error {
	sql := "SELECT count() FROM " + sqltext.Qualified(n.Table.Database, n.Table.Object) + " WHERE NOT ignore(" + sqltext.Ident(n.Column) + ")"
	_, err := c.Ask(ctx, sql, Bounds{Seconds: readSeconds}, func(driver.Rows) error { return nil })
	var refused *ServerError
	if errors.Is(err, errAsk) || errors.As(err, &refused) && refused.Code == timeExceeded {
		return ErrNotRead
	}
	return err
}

// FirstUnfit finds a row whose value cannot become typ: its sorting key and its value, as
// texts, empty when no row was found. The column must be readable. An error says that the
// question could not be answered, for example because the type is none for which
// accurateCastOrNull can be asked, or because it took more than half a minute.
func (c *Client) FirstUnfit(ctx context.Context, n ColumnName, typ string) (key, value string, err error) {
	column := sqltext.Ident(n.Column)
	unfit := column + " IS NULL"
	if chtype.Nullable(typ) {
		unfit = "0"
	}
	typ = chtype.Plain(typ)
	sorting := "''"
	sql := "SELECT sorting_key FROM system.tables WHERE database = " + sqltext.String(n.Table.Database) + " AND name = " + sqltext.String(n.Table.Object)
	err = c.query(ctx, sql, func(rows driver.Rows) error {
		var expression string
		if err := rows.Scan(&expression); err != nil {
			return err
		}
		if expression != "" {
			sorting = "toString(tuple(" + expression + "))"
		}
		return nil
	})
	if err != nil {
		return "", "", fmt.Errorf("read the sorting key: %w", err)
	}
	sql = fmt.Sprintf("SELECT %s, ifNull(toString(%s), 'NULL') FROM %s WHERE %s OR %s IS NOT NULL AND accurateCastOrNull(%s, %s) IS NULL LIMIT 1",
		sorting, column, sqltext.Qualified(n.Table.Database, n.Table.Object), unfit, column, column, sqltext.String(typ))
	_, err = c.Ask(ctx, sql, Bounds{Seconds: unfitSeconds}, func(rows driver.Rows) error { return rows.Scan(&key, &value) })
	return key, value, err
}

// Kill stops a mutation and waits until its parts are let go. cluster is "" or where the
// operation ran: a table that is not replicated has a mutation of its own on every host.
func (c *Client) Kill(ctx context.Context, m Mutation, cluster string) error {
	if err := c.wrapNil(c.exec(ctx, m.stopOn(cluster), cluster, settingsOn(cluster))); err != nil {
		return fmt.Errorf("stop the mutation %s of %s.%s: %w", m.ID, m.Database, m.Table, err)
	}
	return nil
}

// Why is the server's last error without its number and without where in the server it
// came up.
func (m Mutation) Why() string {
	_, text, ok := strings.Cut(m.FailReason, "DB::Exception: ")
	if !ok {
		text = m.FailReason
	}
	for _, end := range []string{". Note: ", ": while executing ", ": (while reading from part "} {
		text, _, _ = strings.Cut(text, end)
	}
	return text
}

// Starts reports whether the mutation is of a command on a column, such as
// "MODIFY COLUMN" on "qty", as the server formats commands.
func (m Mutation) Starts(command, name string) bool {
	want := append(strings.Fields(command), name)
	var words []string
	for _, t := range sqltext.Tokens(m.Command) {
		switch t.Kind {
		case sqltext.Word:
			words = append(words, t.Text)
		case sqltext.QuotedName:
			words = append(words, sqltext.Unquote(t.Text))
		case sqltext.Space:
		default:
			words = append(words, "\x00")
		}
	}
	for i := range words {
		if matches(words[i:], want) {
			return true
		}
	}
	return false
}

// matches compares, and passes over IF EXISTS before the last word.
func matches(words, want []string) bool {
	for i, w := range want {
		if i == len(want)-1 && len(words) > i+1 && words[i] == "IF" && words[i+1] == "EXISTS" {
			words = words[2:]
		}
		if i >= len(words) || words[i] != w {
			return false
		}
	}
	return true
}
