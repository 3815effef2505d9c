package schema

// ObjectKind is the kind of an object that free SQL creates.
type ObjectKind string

// The kinds of objects that can be looked up.
const (
	DictionaryObject ObjectKind = "dictionary"
	FunctionObject   ObjectKind = "function"
	RoleObject       ObjectKind = "role"
	PolicyObject     ObjectKind = "row policy"
	TableObject      ObjectKind = "table"
	ViewObject       ObjectKind = "view"
)

// SQLObject is an object that a statement of a SQL resource creates, in canonical
// form. The Database of a function or role is empty.
type SQLObject struct {
	Kind ObjectKind
	Name Name
	// One of these is set for a dictionary, table, view or row policy.
	Dictionary *Dictionary
	Table      *Table
	View       *View
	Policy     *RowPolicy
	// Definition is what follows the name of a function: AS x -> (x + 1).
	Definition string
}

// SQLEffect is what the setup of a SQL resource creates.
type SQLEffect struct {
	Objects []SQLObject
	// Opaque is set when a statement has an effect that cannot be looked up, such as an INSERT.
	Opaque bool
	// Alters are the objects that a statement changes after they were made.
	Alters []Name
}
