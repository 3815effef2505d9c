package probe

import (
	"context"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
)

// Grants are the rights of the user that asks.
type Grants struct {
	// Lines are the GRANT statements that give them, with those of the user's roles.
	Lines []string
	// ReadOnly is set when the user's profile allows nothing but reading.
	ReadOnly bool
}

// grants asks two questions: rights that a profile takes away are not in SHOW GRANTS.
func grants(ctx context.Context, server Server, r Request, f *Facts) clickhouse.Cost {
	if !r.Grants {
		f.Grants.Err = ErrNotAsked
		return clickhouse.Cost{}
	}
	// What the question sets itself does not count.
	cost, err := server.Ask(ctx, "SELECT toUInt8(getSetting('readonly') > 0 AND getSetting('log_comment') != '"+clickhouse.AskedBy+"')", r.Limits.system(), func(rows driver.Rows) error {
		var readOnly uint8
		if err := rows.Scan(&readOnly); err != nil {
			return err
		}
		f.Grants.Value.ReadOnly = readOnly > 0
		return nil
	})
	if err == nil {
		var more clickhouse.Cost
		more, err = server.Ask(ctx, "SHOW GRANTS FINAL", r.Limits.system(), func(rows driver.Rows) error {
			var line string
			if err := rows.Scan(&line); err != nil {
				return err
			}
			f.Grants.Value.Lines = append(f.Grants.Value.Lines, line)
			return nil
		})
		cost.Rows, cost.Bytes = cost.Rows+more.Rows, cost.Bytes+more.Bytes
	}
	f.Grants.Err = explained(err)
	return cost
}
