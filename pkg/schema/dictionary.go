package schema

// Dictionary is a dictionary in canonical form: arguments by name, without those
// that say the default, credentials hidden.
type Dictionary struct {
	Name       Name
	Attributes []DictionaryAttribute
	PrimaryKey []string
	// Source and Layout are SOURCE(NAME(args)) and LAYOUT(NAME(args)).
	Source, Layout Call
	// Lifetime is "MIN 0 MAX 300" in seconds.
	Lifetime string
	// Range is what stands in RANGE(…), empty for none.
	Range    string
	Settings map[string]string
	Comment  string
	// Reads is the table or view of this server that the source names, nil when it names none.
	Reads *Name
	// Definition is the server's whole statement, without credentials.
	Definition string
}

// DictionaryAttribute is a column of a dictionary, of its key or not.
type DictionaryAttribute struct {
	Name string
	// Type is the server's name of the type.
	Type                string
	Default, Expression string
	// Flags are HIERARCHICAL, BIDIRECTIONAL, INJECTIVE and IS_OBJECT_ID, those that are set.
	Flags string
}

// Call is a name with named arguments; Args is never nil, and text is unquoted.
type Call struct {
	Name string
	Args map[string]string
}

// RowPolicy is one row policy on one table.
type RowPolicy struct {
	// Short is the policy's own name, Table what it filters.
	Short string
	Table Name
	// Filter is the condition in the server's formatting.
	Filter      string
	Restrictive bool
	// Roles are the users and roles it applies to, sorted; All is set when it applies to everyone but them.
	Roles []string
	All   bool
}

// Attribute returns the attribute of that name, nil when there is none.
func (d *Dictionary) Attribute(name string) *DictionaryAttribute {
	for i := range d.Attributes {
		if d.Attributes[i].Name == name {
			return &d.Attributes[i]
		}
	}
	return nil
}
