package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// CopyTableOp gives a table another definition and keeps its rows: a table with the new
// definition is made beside, the rows are copied, the two change their names, and the old
// one is put aside. Moose has no such operation, so plan.yaml has it as a RawSql with the
// statements that do it while nobody writes, and with a member that Moose ignores.
// moose-migrate does it while the table is written to.
type CopyTableOp struct {
	// OnTable is the table; its database is always named.
	OnTable
	// Beside is the name of the new table until the two change names, Trash that of the old
	// one afterwards; both in the database of the table.
	Beside, Trash string
	// Create makes the new table under the name Beside.
	Create string
	// Columns are those that are copied; the others of the new table are computed.
	Columns []string
	// Exact is set when neither engine merges rows into fewer, so that both must have the
	// same number.
	Exact bool
	// Comment is the comment of the old table, which its note keeps.
	Comment string
}

// CopyTable is the kind of CopyTableOp; it does not stand in plan.yaml.
const CopyTable Kind = "CopyTable"

// Kind implements Operation.
func (*CopyTableOp) Kind() Kind { return CopyTable }

// CopySettings are the settings with which rows are copied: every row is kept as it is.
const CopySettings = "max_partitions_per_insert_block = 0, optimize_on_insert = 0, insert_deduplicate = 0"

// SQL are the statements that do it on a table that nobody writes to.
func (o *CopyTableOp) SQL() []string {
	old, fresh := o.name(o.Table), o.name(o.Beside)
	list := o.ColumnList()
	return []string{
		o.Create,
		fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s SETTINGS %s", fresh, list, list, old, CopySettings),
		o.countCheck(old, fresh),
		fmt.Sprintf("EXCHANGE TABLES %s AND %s", old, fresh),
		fmt.Sprintf("ALTER TABLE %s MODIFY COMMENT %s", fresh, sqltext.String(TrashNote(o.Table, o.Comment))),
		fmt.Sprintf("RENAME TABLE %s TO %s", fresh, o.name(o.Trash)),
	}
}

// ColumnList are the quoted columns that are copied.
func (o *CopyTableOp) ColumnList() string {
	quoted := make([]string, len(o.Columns))
	for i, c := range o.Columns {
		quoted[i] = sqltext.Ident(c)
	}
	return strings.Join(quoted, ", ")
}

func (o *CopyTableOp) name(table string) string { return sqltext.Qualified(deref(o.Database), table) }

// countCheck is a statement that fails when the copy has not as many rows. Engines that
// merge rows into fewer may have fewer already.
func (o *CopyTableOp) countCheck(old, fresh string) string {
	if !o.Exact {
		return fmt.Sprintf("SELECT throwIf((SELECT count() FROM %s) > 0 AND (SELECT count() FROM %s) = 0, 'the copy is empty')", old, fresh)
	}
	return fmt.Sprintf("SELECT throwIf((SELECT count() FROM %s) != (SELECT count() FROM %s), 'the copy has another number of rows; was something written meanwhile?')", old, fresh)
}

// trashNote is what the comment of a table says that was put aside.
type trashNote struct {
	Trash struct {
		Name    string `json:"name"`
		Comment string `json:"comment,omitzero"`
	} `json:"moose_trash"`
}

// TrashNote is the comment that a table gets when it is put aside: what it was called, and
// its comment until then.
func TrashNote(name, comment string) string {
	var n trashNote
	n.Trash.Name, n.Trash.Comment = name, comment
	raw, err := json.Marshal(n)
	if err != nil { // two texts that are not valid UTF-8
		return ""
	}
	return string(raw)
}

// ReadTrashNote reads such a comment; ok is false for any other.
func ReadTrashNote(note string) (name, comment string, ok bool) {
	var n trashNote
	if err := json.Unmarshal([]byte(note), &n); err != nil || n.Trash.Name == "" {
		return "", "", false
	}
	return n.Trash.Name, n.Trash.Comment, true
}

// copiedTable is the member of a RawSql that makes it a CopyTableOp.
type copiedTable struct {
	Table    string   `json:"table"`
	Database *string  `json:"database"`
	Beside   string   `json:"beside"`
	Trash    string   `json:"trash"`
	Columns  []string `json:"columns"`
	Exact    bool     `json:"exact"`
	Comment  string   `json:"comment"`
}

// rawCopy is a CopyTableOp as plan.yaml has it.
type rawCopy struct {
	SQL            []string    `json:"sql"`
	Description    string      `json:"description"`
	CopyTable      copiedTable `json:"copy_table"`
	inframap.Extra `json:",embed"`
}

// MarshalJSON writes the members of a RawSql.
func (o *CopyTableOp) MarshalJSON() ([]byte, error) {
	return json.Marshal(rawCopy{
		SQL: o.SQL(), Description: Describe(o),
		CopyTable: copiedTable{o.Table, o.Database, o.Beside, o.Trash, o.Columns, o.Exact, o.Comment},
	}, json.Deterministic(true))
}

// decodeCopy reads a RawSql that has the member of a copy.
func decodeCopy(body jsontext.Value) (Operation, error) {
	var raw rawCopy
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, fmt.Errorf("%s: copy_table: %w", RawSQL, err)
	}
	c := raw.CopyTable
	if c.Table == "" || deref(c.Database) == "" || len(c.Columns) == 0 || len(raw.SQL) == 0 {
		return nil, fmt.Errorf("%s: copy_table needs the members \"table\", \"database\", \"beside\", \"trash\" and \"columns\"", RawSQL)
	}
	for _, name := range []string{c.Beside, c.Trash} {
		if !strings.HasPrefix(name, ownPrefix) {
			return nil, fmt.Errorf("%s: copy_table: the name %q does not begin with %s, so a plan would see that table", RawSQL, name, ownPrefix)
		}
	}
	op := &CopyTableOp{
		OnTable: OnTable{Table: c.Table, Database: c.Database}, Beside: c.Beside, Trash: c.Trash,
		Create: raw.SQL[0], Columns: c.Columns, Exact: c.Exact, Comment: c.Comment,
	}
	if !slices.Equal(raw.SQL, op.SQL()) {
		return nil, errors.New("RawSql: its sql is not what copy_table says; change both, or take copy_table out to run the sql as it is")
	}
	if !createsOnly(op.Create, deref(c.Database), c.Beside) {
		return nil, fmt.Errorf("RawSql: the first statement of copy_table must be the CREATE TABLE of %s.%s with its columns and an engine of the MergeTree family, and nothing else", deref(c.Database), c.Beside)
	}
	return op, nil
}

// ownPrefix begins the names that the tool keeps for itself.
const ownPrefix = "_moose_"

// createsOnly reports whether a text is the CREATE TABLE of one table with columns of its
// own, an engine of the MergeTree family, and no rows from elsewhere.
func createsOnly(sql, database, table string) bool {
	var words []string
	for _, t := range sqltext.Tokens(sql) {
		if t.Kind == sqltext.Space {
			continue
		}
		word := t.Text
		if t.Kind == sqltext.Word {
			word = strings.ToUpper(word)
		}
		words = append(words, word)
	}
	head := []string{"CREATE", "TABLE", "IF", "NOT", "EXISTS", sqltext.Ident(database), ".", sqltext.Ident(table), "("}
	if len(words) < len(head) || !slices.Equal(words[:len(head)], head) {
		return false
	}
	engines, depth := 0, 1
	for i, w := range words[len(head):] {
		next := ""
		if j := len(head) + i + 1; j < len(words) {
			next = words[j]
		}
		switch {
		case w == "(" || w == "[" || w == "{":
			depth++
		case w == ")" || w == "]" || w == "}":
			depth--
		case depth > 0:
		case w == ";" || w == "PARALLEL" || w == "AS" || w == "CLONE" || w == "SELECT" || w == "INSERT":
			return false
		case w == "ENGINE" && next == "=":
			engines++
			engine := ""
			if j := len(head) + i + 2; j < len(words) {
				engine = words[j]
			}
			if !strings.HasSuffix(engine, "MERGETREE") || strings.HasPrefix(engine, "REPLICATED") || strings.HasPrefix(engine, "SHARED") {
				return false
			}
		}
		if depth < 0 {
			return false
		}
	}
	return depth == 0 && engines == 1
}
