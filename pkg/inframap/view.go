package inframap

import "github.com/go-json-experiment/json/jsontext"

// View is a plain view.
type View struct {
	Name         string    `json:"name"`
	Database     *string   `json:"database,omitzero"`
	SelectSQL    string    `json:"selectSql"`
	SourceTables []string  `json:"sourceTables"`
	Metadata     *Metadata `json:"metadata,omitzero"`
	Extra        `json:",embed"`
}

// DatabaseOr returns the view's database, or def when it names none.
func (v *View) DatabaseOr(def string) string { return stringOr(v.Database, def) }

// MaterializedView writes into TargetTable what its select yields for each inserted block.
type MaterializedView struct {
	Name           string    `json:"name"`
	Database       *string   `json:"database,omitzero"`
	SelectSQL      string    `json:"selectSql"`
	SourceTables   []string  `json:"sourceTables"`
	TargetTable    string    `json:"targetTable"`
	TargetDatabase *string   `json:"targetDatabase,omitzero"`
	Metadata       *Metadata `json:"metadata,omitzero"`
	LifeCycle      LifeCycle `json:"lifeCycle,omitzero"`
	Extra          `json:",embed"`
}

// DatabaseOr returns the view's database, or def when it names none.
func (v *MaterializedView) DatabaseOr(def string) string { return stringOr(v.Database, def) }

// TargetDatabaseOr returns the target table's database, or def when it names none.
func (v *MaterializedView) TargetDatabaseOr(def string) string {
	return stringOr(v.TargetDatabase, def)
}

// SQLResource is free SQL with its undoing: dictionaries, functions, legacy views.
type SQLResource struct {
	Name          string         `json:"name"`
	Database      *string        `json:"database,omitzero"`
	Setup         []string       `json:"setup"`
	Teardown      []string       `json:"teardown"`
	PullsDataFrom []Signature    `json:"pulls_data_from"`
	PushesDataTo  []Signature    `json:"pushes_data_to"`
	SourceFile    *string        `json:"source_file,omitzero"`
	SourceLine    jsontext.Value `json:"source_line,omitzero"`
	SourceColumn  jsontext.Value `json:"source_column,omitzero"`
	Extra         `json:",embed"`
}
