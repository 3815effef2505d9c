// Package listing builds the list of a project's resources from its
// infrastructure map, for `moose ls`: names that a query can use and URLs that
// can be called. It does no I/O but writing to a given writer.
//
// The JSON form has every key and value that Moose 0.6.533 writes, and more. It
// differs from Moose in one thing: the URL of a consumption API has the "/api"
// under which the server really answers.
package listing

// Listing holds the resources of a project, each kind ordered by the ids of the
// map. No slice is nil.
type Listing struct {
	Tables            []Table            `json:"tables"`
	Views             []View             `json:"views"`
	MaterializedViews []MaterializedView `json:"materialized_views"`
	Streams           []Stream           `json:"streams"`
	Ingestion         []IngestionAPI     `json:"ingestion_apis"`
	SQLResources      []SQLResource      `json:"sql_resources"`
	Consumption       []ConsumptionAPI   `json:"consumption_apis"`
	Transformations   []Transformation   `json:"stream_transformations"`
	Workflows         []Workflow         `json:"workflows"`
	WebApps           []WebApp           `json:"web_apps"`
	Dictionaries      []Dictionary       `json:"dictionaries"`
}

// Table is a ClickHouse table.
type Table struct {
	// Name is how a query names it: with its database unless that is the default.
	Name         string   `json:"name"`
	SchemaFields []string `json:"schema_fields"`
	Database     string   `json:"database"`
	// Version is nil when none is declared.
	Version *string `json:"version"`
	// Engine is the name without arguments.
	Engine string `json:"engine"`
	// OrderBy is the sorting key as people write it, empty for none.
	OrderBy     string  `json:"order_by"`
	PartitionBy *string `json:"partition_by"`
	LifeCycle   string  `json:"life_cycle"`
}

// View is a plain view.
type View struct {
	Name         string   `json:"name"`
	Database     string   `json:"database"`
	SourceTables []string `json:"source_tables"`
}

// MaterializedView is a materialized view and the table it fills.
type MaterializedView struct {
	Name         string   `json:"name"`
	Database     string   `json:"database"`
	Target       string   `json:"target"`
	SourceTables []string `json:"source_tables"`
	LifeCycle    string   `json:"life_cycle"`
}

// Stream is a topic.
type Stream struct {
	// Name is the topic's name on the broker, without a namespace.
	Name         string   `json:"name"`
	SchemaFields []string `json:"schema_fields"`
	// Destination is the id of the table that the topic is copied into, nil for none.
	Destination      *string `json:"destination"`
	Version          *string `json:"version"`
	PartitionCount   uint64  `json:"partition_count"`
	RetentionSeconds uint64  `json:"retention_seconds"`
	LifeCycle        string  `json:"life_cycle"`
}

// IngestionAPI is an endpoint that takes records.
type IngestionAPI struct {
	Name   string `json:"name"`
	Method string `json:"method"`
	URL    string `json:"url"`
	// Destination is the topic that gets the records.
	Destination string `json:"destination"`
	// Path is the declared one, without a leading slash.
	Path    string  `json:"path"`
	Version *string `json:"version"`
}

// ConsumptionAPI is an endpoint that answers questions.
type ConsumptionAPI struct {
	Name    string   `json:"name"`
	Method  string   `json:"method"`
	URL     string   `json:"url"`
	Params  []string `json:"params"`
	Path    string   `json:"path"`
	Version *string  `json:"version"`
}

// SQLResource is free SQL.
type SQLResource struct {
	Name     string `json:"name"`
	Database string `json:"database"`
}

// Transformation is what is done with one topic's records; a consumer has no
// destination.
type Transformation struct {
	Source       string   `json:"source"`
	Destinations []string `json:"destinations"`
}

// Workflow is a Temporal workflow.
type Workflow struct {
	Name string `json:"name"`
	// Schedule is a cron expression, empty for one that is started by hand.
	Schedule string `json:"schedule"`
	Retries  uint64 `json:"retries"`
	// Timeout is a duration such as "10m", or empty.
	Timeout  string `json:"timeout"`
	Language string `json:"language"`
}

// WebApp is a web application mounted beside the APIs.
type WebApp struct {
	Name      string `json:"name"`
	MountPath string `json:"mount_path"`
	URL       string `json:"url"`
}

// Dictionary is a ClickHouse dictionary.
type Dictionary struct {
	Name string `json:"name"`
	// SourceType is table, query or external.
	SourceType string `json:"source_type"`
	// Layout is ClickHouse's, in Moose's spelling: Flat, SparseHashed, …
	Layout   string `json:"layout"`
	Database string `json:"database"`
}
