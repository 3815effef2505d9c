package plan

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// RenameTableOp gives a table another name; its rows stay. Moose has no such operation,
// so plan.yaml has it as the RawSql that does it, with a member that Moose ignores.
type RenameTableOp struct {
	// OnTable is the table under its old name.
	OnTable
	To string
	// ToDatabase is nil for the default database.
	ToDatabase *string
}

// RenameTable is the kind of RenameTableOp; it does not stand in plan.yaml.
const RenameTable Kind = "RenameTable"

// Kind implements Operation.
func (*RenameTableOp) Kind() Kind { return RenameTable }

// Target implements Operation: the table under its new name.
func (o *RenameTableOp) Target() Target { return Target{"table", deref(o.ToDatabase), o.To} }

// SQL is the statement; names without a database lie in that of the connection.
func (o *RenameTableOp) SQL() string {
	name := func(database *string, table string) string {
		if deref(database) == "" {
			return sqltext.Ident(table)
		}
		return sqltext.Qualified(*database, table)
	}
	sql := fmt.Sprintf("RENAME TABLE %s TO %s", name(o.Database, o.Table), name(o.ToDatabase, o.To))
	if o.Cluster() != "" {
		sql += " ON CLUSTER " + sqltext.Ident(o.Cluster())
	}
	return sql
}

// renamedTable is the member of a RawSql that makes it a RenameTableOp.
type renamedTable struct {
	Table       string  `json:"table"`
	Database    *string `json:"database"`
	ClusterName *string `json:"cluster_name"`
	To          string  `json:"to"`
	ToDatabase  *string `json:"to_database"`
}

// rawRename is a RenameTableOp as plan.yaml has it.
type rawRename struct {
	SQL            []string     `json:"sql"`
	Description    string       `json:"description"`
	RenameTable    renamedTable `json:"rename_table"`
	inframap.Extra `json:",embed"`
}

// MarshalJSON writes the members of a RawSql.
func (o *RenameTableOp) MarshalJSON() ([]byte, error) {
	return json.Marshal(rawRename{
		SQL: []string{o.SQL()}, Description: Describe(o),
		RenameTable: renamedTable{o.Table, o.Database, o.ClusterName, o.To, o.ToDatabase},
	}, json.Deterministic(true))
}

// decodeRename reads a RawSql that has the member of a rename.
func decodeRename(body jsontext.Value) (Operation, error) {
	var raw rawRename
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, fmt.Errorf("%s: rename_table: %w", RawSQL, err)
	}
	r := raw.RenameTable
	if r.Table == "" || r.To == "" {
		return nil, fmt.Errorf("%s: rename_table needs the members \"table\" and \"to\"", RawSQL)
	}
	op := &RenameTableOp{OnTable: OnTable{Table: r.Table, Database: r.Database, ClusterName: r.ClusterName}, To: r.To, ToDatabase: r.ToDatabase}
	if !slices.Equal(raw.SQL, []string{op.SQL()}) {
		return nil, errors.New("RawSql: its sql is not what rename_table says; change both, or take rename_table out to run the sql as it is")
	}
	return op, nil
}
