package inframap

import "strconv"

// Section names one kind of object by its member of the map's JSON.
type Section string

// The sections whose objects people declare.
const (
	TablesSection            Section = "tables"
	TopicsSection            Section = "topics"
	APIEndpointsSection      Section = "api_endpoints"
	ViewsSection             Section = "views"
	MaterializedViewsSection Section = "materialized_views"
	SQLResourcesSection      Section = "sql_resources"
	WorkflowsSection         Section = "workflows"
	WebAppsSection           Section = "web_apps"
	DictionariesSection      Section = "olap_dictionaries"
	RowPoliciesSection       Section = "select_row_policies"
)

// ObjectKey is one object of a map: its section and its key there.
type ObjectKey struct {
	Section Section
	ID      string
}

// Source is the place in the user's code where an object is declared. It is no
// part of a map, so that moving a declaration changes none; the source file of
// an object's metadata is what Moose writes, such as a compiled file.
type Source struct {
	// File is relative to the project, with slashes: "app/index.ts".
	File string `json:"file"`
	// Line counts from 1; 0 means unknown.
	Line int `json:"line,omitzero"`
}

// String is "file:line", the file alone without a line, empty without a file.
func (s Source) String() string {
	if s.File == "" || s.Line == 0 {
		return s.File
	}
	return s.File + ":" + strconv.Itoa(s.Line)
}

// Sources are the places of a map's objects; those that are not known for
// certain are absent.
type Sources map[ObjectKey]Source
