package inframap

import "github.com/go-json-experiment/json/jsontext"

// LifeCycle says what the tool may do to an object.
type LifeCycle string

// The life cycles of Moose. The empty value means FullyManaged.
const (
	FullyManaged      LifeCycle = "FULLY_MANAGED"
	DeletionProtected LifeCycle = "DELETION_PROTECTED"
	ExternallyManaged LifeCycle = "EXTERNALLY_MANAGED"
)

// ProtectsFromDrop reports whether the object and its columns must never be dropped.
func (l LifeCycle) ProtectsFromDrop() bool { return l == DeletionProtected || l == ExternallyManaged }

// ProtectsFromChange reports whether the object must not be created or altered either.
func (l LifeCycle) ProtectsFromChange() bool { return l == ExternallyManaged }

// Metadata describes where an object was declared.
type Metadata struct {
	Description *string         `json:"description"`
	Source      *SourceLocation `json:"source,omitzero"`
	Extra       `json:",embed"`
}

// SourceLocation is a place in the project; for TypeScript the file is the compiled one.
type SourceLocation struct {
	File  string         `json:"file"`
	Line  jsontext.Value `json:"line,omitzero"`
	Extra `json:",embed"`
}

// Primitive is the declaration that an object came from: Type is DataModel, Function, DBBlock or ConsumptionAPI.
type Primitive struct {
	Name  string `json:"name"`
	Type  string `json:"primitive_type"`
	Extra `json:",embed"`
}

// Signature names another object of the map: Kind is Table, Topic, View, …
type Signature struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Extra `json:",embed"`
}
