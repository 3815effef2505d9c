package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// variants make an empty operation of each kind.
var variants = map[Kind]func() Operation{
	CreateTable:            func() Operation { return &CreateTableOp{} },
	DropTable:              func() Operation { return &DropTableOp{} },
	AddTableColumn:         func() Operation { return &AddTableColumnOp{} },
	DropTableColumn:        func() Operation { return &DropTableColumnOp{} },
	ModifyTableColumn:      func() Operation { return &ModifyTableColumnOp{} },
	RenameTableColumn:      func() Operation { return &RenameTableColumnOp{} },
	ModifyTableSettings:    func() Operation { return &ModifyTableSettingsOp{} },
	ModifyTableTTL:         func() Operation { return &ModifyTableTTLOp{} },
	AddTableIndex:          func() Operation { return &AddTableIndexOp{} },
	DropTableIndex:         func() Operation { return &DropTableIndexOp{} },
	AddTableProjection:     func() Operation { return &AddTableProjectionOp{} },
	DropTableProjection:    func() Operation { return &DropTableProjectionOp{} },
	AddTableConstraint:     func() Operation { return &AddTableConstraintOp{} },
	DropTableConstraint:    func() Operation { return &DropTableConstraintOp{} },
	ModifySampleBy:         func() Operation { return &ModifySampleByOp{} },
	RemoveSampleBy:         func() Operation { return &RemoveSampleByOp{} },
	CreateMaterializedView: func() Operation { return &CreateMaterializedViewOp{} },
	DropMaterializedView:   func() Operation { return &DropMaterializedViewOp{} },
	CreateView:             func() Operation { return &CreateViewOp{} },
	DropView:               func() Operation { return &DropViewOp{} },
	RawSQL:                 func() Operation { return &RawSQLOp{} },
}

// requiredMembers must be present in an operation, as Moose's reader demands.
var requiredMembers = map[Kind][]string{
	CreateTable: {"table"}, DropTable: {"table"},
	AddTableColumn: {"table", "column"}, DropTableColumn: {"table", "column_name"},
	ModifyTableColumn:   {"table", "before_column", "after_column"},
	RenameTableColumn:   {"table", "before_column_name", "after_column_name"},
	ModifyTableSettings: {"table"}, ModifyTableTTL: {"table"},
	AddTableIndex: {"table", "index"}, DropTableIndex: {"table", "index_name"},
	AddTableProjection: {"table", "projection"}, DropTableProjection: {"table", "projection_name"},
	AddTableConstraint: {"table", "constraint"}, DropTableConstraint: {"table", "constraint_name"},
	ModifySampleBy: {"table", "expression"}, RemoveSampleBy: {"table"},
	CreateMaterializedView: {"name", "target_table", "select_sql"}, DropMaterializedView: {"name"},
	CreateView: {"name", "select_sql"}, DropView: {"name"}, RawSQL: {"sql"},
}

// columnMembers must be present in every column of a table, as Moose's reader demands.
var columnMembers = []string{"name", "data_type", "required", "unique", "primary_key"}

// encodeOperation writes {"Kind": {members}}.
func encodeOperation(op Operation) (jsontext.Value, error) {
	kind := op.Kind()
	if kind == RenameTable || kind == CopyTable {
		kind = RawSQL
	}
	return json.Marshal(map[Kind]Operation{kind: op}, json.Deterministic(true))
}

// decodeOperation reads {"Kind": {members}}.
func decodeOperation(raw jsontext.Value) (Operation, error) {
	var tagged map[Kind]jsontext.Value
	if err := json.Unmarshal(raw, &tagged); err != nil || len(tagged) != 1 {
		return nil, errors.New("an operation is one name with its members, such as \"- DropTable: {table: Old}\"")
	}
	for kind, body := range tagged {
		return decodeVariant(kind, body)
	}
	return nil, nil
}

func decodeVariant(kind Kind, body jsontext.Value) (Operation, error) {
	makeEmpty, required, ok := emptyOperation(kind)
	if !ok {
		return nil, fmt.Errorf("unknown operation %q; known are %s", kind, strings.Join(kindNames(), ", "))
	}
	var members map[string]jsontext.Value
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, fmt.Errorf("%s: its members are missing", kind)
	}
	if v, ok := members["rename_table"]; ok && kind == RawSQL && v.Kind() == '{' {
		return decodeRename(body)
	}
	if v, ok := members["copy_table"]; ok && kind == RawSQL && v.Kind() == '{' {
		return decodeCopy(body)
	}
	for _, name := range required {
		if v, ok := members[name]; !ok || v.Kind() == 'n' {
			return nil, fmt.Errorf("%s: %q is missing", kind, name)
		}
	}
	for _, name := range []string{"column", "before_column", "after_column"} {
		if v, ok := members[name]; ok && v.Kind() == '{' {
			if err := checkColumn(v); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", kind, name, err)
			}
		}
	}
	op := makeEmpty()
	if err := json.Unmarshal(body, op); err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	return op, checkOperation(op)
}

func checkColumn(raw jsontext.Value) error {
	var members map[string]jsontext.Value
	if err := json.Unmarshal(raw, &members); err != nil {
		return err
	}
	for _, name := range columnMembers {
		if _, ok := members[name]; !ok {
			return fmt.Errorf("%q is missing", name)
		}
	}
	return nil
}

func checkOperation(op Operation) error {
	create, ok := op.(*CreateTableOp)
	if !ok {
		return checkDictionary(op)
	}
	switch {
	case create.Table.Name == "":
		return fmt.Errorf("%s: the table has no name", CreateTable)
	case create.Table.Engine.Name == "":
		return fmt.Errorf("%s: table %q has no engine", CreateTable, create.Table.Name)
	case len(create.Table.Columns) == 0:
		return fmt.Errorf("%s: table %q has no columns", CreateTable, create.Table.Name)
	}
	return nil
}

func kindNames() []string {
	out := make([]string, 0, len(variants)+len(dictionaryVariants))
	for k := range variants {
		out = append(out, string(k))
	}
	for k := range dictionaryVariants {
		out = append(out, string(k))
	}
	slices.Sort(out)
	return out
}
