package plan

import (
	"fmt"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

// The operations of Moose's plan.yaml for dictionaries and row policies.
const (
	CreateDictionary  Kind = "CreateDictionary"
	ReplaceDictionary Kind = "ReplaceDictionary"
	DropDictionary    Kind = "DropDictionary"
	CreateRowPolicy   Kind = "CreateRowPolicy"
	DropRowPolicy     Kind = "DropRowPolicy"
)

// OfDictionary is what every operation on a dictionary has: the whole dictionary.
type OfDictionary struct {
	Dict *inframap.Dictionary `json:"dict"`
}

// OfPolicy is what every operation on a row policy has: the whole policy.
type OfPolicy struct {
	Policy *inframap.RowPolicy `json:"policy"`
}

type (
	// CreateDictionaryOp creates a dictionary, or puts it in place of one of its name.
	CreateDictionaryOp struct {
		OfDictionary   `json:",embed"`
		inframap.Extra `json:",embed"`
	}
	// ReplaceDictionaryOp puts a dictionary in place of the one of its name.
	ReplaceDictionaryOp struct {
		OfDictionary   `json:",embed"`
		inframap.Extra `json:",embed"`
	}
	// DropDictionaryOp drops a dictionary; what it reads stays.
	DropDictionaryOp struct {
		OfDictionary   `json:",embed"`
		inframap.Extra `json:",embed"`
	}
	// CreateRowPolicyOp creates a row policy on each of its tables.
	CreateRowPolicyOp struct {
		OfPolicy       `json:",embed"`
		inframap.Extra `json:",embed"`
	}
	// DropRowPolicyOp drops a row policy from each of its tables.
	DropRowPolicyOp struct {
		OfPolicy       `json:",embed"`
		inframap.Extra `json:",embed"`
	}
)

// Target is the dictionary.
func (o OfDictionary) Target() Target {
	return Target{"dictionary", deref(o.Dict.Database), o.Dict.Name}
}

// Cluster is the cluster that the dictionary is made on, empty for none.
func (o OfDictionary) Cluster() string { return deref(o.Dict.ClusterName) }

// Target is the row policy; its tables lie where they lie.
func (o OfPolicy) Target() Target { return Target{"row policy", "", o.Policy.Name} }

// Kind implements Operation.
func (*CreateDictionaryOp) Kind() Kind { return CreateDictionary }

// Kind implements Operation.
func (*ReplaceDictionaryOp) Kind() Kind { return ReplaceDictionary }

// Kind implements Operation.
func (*DropDictionaryOp) Kind() Kind { return DropDictionary }

// Kind implements Operation.
func (*CreateRowPolicyOp) Kind() Kind { return CreateRowPolicy }

// Kind implements Operation.
func (*DropRowPolicyOp) Kind() Kind { return DropRowPolicy }

// DictionaryOf is the dictionary of an operation that has one, nil otherwise.
func DictionaryOf(op Operation) *inframap.Dictionary {
	switch o := op.(type) {
	case *CreateDictionaryOp:
		return o.Dict
	case *ReplaceDictionaryOp:
		return o.Dict
	case *DropDictionaryOp:
		return o.Dict
	}
	return nil
}

// PolicyOf is the row policy of an operation that has one, nil otherwise.
func PolicyOf(op Operation) *inframap.RowPolicy {
	switch o := op.(type) {
	case *CreateRowPolicyOp:
		return o.Policy
	case *DropRowPolicyOp:
		return o.Policy
	}
	return nil
}

// WithDictionary is the operation about another dictionary.
func WithDictionary(op Operation, d *inframap.Dictionary) Operation {
	switch o := op.(type) {
	case *CreateDictionaryOp:
		return &CreateDictionaryOp{OfDictionary{d}, o.Extra}
	case *ReplaceDictionaryOp:
		return &ReplaceDictionaryOp{OfDictionary{d}, o.Extra}
	case *DropDictionaryOp:
		return &DropDictionaryOp{OfDictionary{d}, o.Extra}
	}
	return op
}

// describeDictionary says what an operation on a dictionary or row policy does, in
// Moose's words; empty for other operations.
func describeDictionary(op Operation) string {
	switch o := op.(type) {
	case *CreateDictionaryOp:
		return fmt.Sprintf("Creating dictionary '%s'", o.Target())
	case *ReplaceDictionaryOp:
		return fmt.Sprintf("Replacing dictionary '%s'", o.Target())
	case *DropDictionaryOp:
		return fmt.Sprintf("Dropping dictionary '%s'", o.Target())
	case *CreateRowPolicyOp:
		return fmt.Sprintf("Creating row policy '%s'", o.Target())
	case *DropRowPolicyOp:
		return fmt.Sprintf("Dropping row policy '%s'", o.Target())
	}
	return ""
}

// dictionaryVariants make an empty operation of each kind of this file.
var dictionaryVariants = map[Kind]func() Operation{
	CreateDictionary:  func() Operation { return &CreateDictionaryOp{} },
	ReplaceDictionary: func() Operation { return &ReplaceDictionaryOp{} },
	DropDictionary:    func() Operation { return &DropDictionaryOp{} },
	CreateRowPolicy:   func() Operation { return &CreateRowPolicyOp{} },
	DropRowPolicy:     func() Operation { return &DropRowPolicyOp{} },
}

// emptyOperation returns what makes an operation of the kind, and the members that it must have.
func emptyOperation(kind Kind) (makeEmpty func() Operation, required []string, ok bool) {
	if makeEmpty, ok = variants[kind]; ok {
		return makeEmpty, requiredMembers[kind], true
	}
	makeEmpty, ok = dictionaryVariants[kind]
	if kind == CreateRowPolicy || kind == DropRowPolicy {
		return makeEmpty, []string{"policy"}, ok
	}
	return makeEmpty, []string{"dict"}, ok
}

// checkDictionary demands what Moose's reader demands.
func checkDictionary(op Operation) error {
	switch d, p := DictionaryOf(op), PolicyOf(op); {
	case d != nil && d.Name == "":
		return fmt.Errorf("%s: the dictionary has no name", op.Kind())
	case d != nil && d.Source.Type == "":
		return fmt.Errorf("%s: dictionary %q has no source", op.Kind(), d.Name)
	case d != nil && d.Layout.Type == "":
		return fmt.Errorf("%s: dictionary %q has no layout", op.Kind(), d.Name)
	case d != nil && op.Kind() != DropDictionary && len(d.Columns) == 0 && d.Definition == nil:
		return fmt.Errorf("%s: dictionary %q has no columns", op.Kind(), d.Name)
	case p != nil && (p.Name == "" || p.Column == ""):
		return fmt.Errorf("%s: the row policy has no name or no column", op.Kind())
	case p != nil && len(p.Tables) == 0:
		return fmt.Errorf("%s: row policy %q has no tables", op.Kind(), p.Name)
	}
	return nil
}

// fillDictionary puts the credentials that the files hide back into a dictionary,
// from the one of that name that the code declares.
func fillDictionary(op Operation, d *inframap.Dictionary, desired *inframap.Map) (Operation, error) {
	hidden, err := d.Raw()
	if err != nil {
		return nil, err
	}
	if op.Kind() == DropDictionary || !inframap.HidesValue(string(hidden)) {
		return op, nil
	}
	declared, err := desired.TypedDictionaries()
	if err != nil {
		return nil, err
	}
	for _, id := range inframap.Keys(declared) {
		c := declared[id]
		if c.Name != d.Name || c.DatabaseOr(desired.DefaultDatabase) != databaseOr(d.Database, desired) || !sameButCredentials(d, c) {
			continue
		}
		filled := *d
		filled.Source = c.Source
		return WithDictionary(op, &filled), nil
	}
	return nil, cannotFill(op)
}

// sameButCredentials compares what the sources show; a hidden value stands for any.
func sameButCredentials(planned, declared *inframap.Dictionary) bool {
	a, b := planned.Source, declared.Source
	if a.Type != b.Type || a.Query != secretsql.Mask(b.Query) {
		return false
	}
	for name := range a.External {
		x, y := string(a.External[name]), string(b.External[name])
		if x != y && x != "null" && !inframap.HidesValue(x) && !inframap.HidesValue(y) {
			return false
		}
	}
	return true
}
