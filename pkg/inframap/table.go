package inframap

// Table is a ClickHouse table as declared or recorded.
type Table struct {
	// Name is the physical name: the declared one plus the version suffix ("Events_1_2").
	Name        string   `json:"name"`
	Columns     []Column `json:"columns"`
	OrderBy     OrderBy  `json:"order_by"`
	PartitionBy *string  `json:"partition_by,omitzero"`
	SampleBy    *string  `json:"sample_by,omitzero"`
	Engine      Engine   `json:"engine"`
	// Version is the declared version ("1.2"); nil when there is none.
	Version         *string   `json:"version"`
	SourcePrimitive Primitive `json:"source_primitive"`
	Metadata        *Metadata `json:"metadata"`
	LifeCycle       LifeCycle `json:"life_cycle"`
	// EngineParamsHash is Engine.Hash() of the unmasked engine, in hex.
	EngineParamsHash *string `json:"engine_params_hash,omitzero"`
	// TableSettingsHash is SettingsHash of the unmasked settings, in hex.
	TableSettingsHash *string           `json:"table_settings_hash,omitzero"`
	TableSettings     map[string]string `json:"table_settings,omitzero"`
	Indexes           []Index           `json:"indexes"`
	Projections       []Projection      `json:"projections,omitzero"`
	Constraints       []Constraint      `json:"constraints,omitzero"`
	// Database is nil for the map's default database.
	Database             *string     `json:"database,omitzero"`
	ClusterName          *string     `json:"cluster_name,omitzero"`
	PrimaryKeyExpression *string     `json:"primary_key_expression,omitzero"`
	TTL                  *string     `json:"table_ttl_setting,omitzero"`
	SeedFilter           *SeedFilter `json:"seed_filter,omitzero"`
	Extra                `json:",embed"`
}

// SeedFilter limits the rows that `moose seed` copies; it never changes a plan.
type SeedFilter struct {
	Limit *int64  `json:"limit,omitzero"`
	Where *string `json:"where,omitzero"`
	Extra `json:",embed"`
}

// Index is a data-skipping index.
type Index struct {
	Name        string   `json:"name"`
	Expression  string   `json:"expression"`
	Type        string   `json:"type"`
	Arguments   []string `json:"arguments"`
	Granularity uint64   `json:"granularity"`
	Extra       `json:",embed"`
}

// Projection is a projection; Body is what stands between the parentheses.
type Projection struct {
	Name  string `json:"name"`
	Body  string `json:"body"`
	Extra `json:",embed"`
}

// Constraint is a table constraint; Type is CHECK, which every insert must pass, or
// ASSUME, which only the optimizer believes.
type Constraint struct {
	Name       string `json:"name"`
	Expression string `json:"expression"`
	Type       string `json:"type"`
	Extra      `json:",embed"`
}

// DatabaseOr returns the table's database, or def when it names none.
func (t *Table) DatabaseOr(def string) string { return stringOr(t.Database, def) }

func stringOr(s *string, def string) string {
	if s == nil || *s == "" {
		return def
	}
	return *s
}
