package schema

import "strings"

// Engine is a table engine; Args are its arguments as formatted. Credentials and a
// Keeper path and replica name that are the server's defaults are left out.
type Engine struct {
	Name string
	Args []string
	// Shared is set when ClickHouse Cloud runs the table as SharedMergeTree, which
	// stands for a Replicated engine as well as for the plain one that Name says.
	Shared bool
	// Credentials are the kinds of credentials, in ClickHouse's words, that the server's
	// definition has and Args leave out; never their values.
	Credentials []string
}

// Replica is the Keeper path and the replica name of a Replicated or Shared engine
// as formatted, nil when the engine has none.
func (e Engine) Replica() []string {
	clustered := strings.HasPrefix(e.Name, "Replicated") || strings.HasPrefix(e.Name, "Shared") || e.Shared
	if !clustered || !strings.HasSuffix(e.Name, "MergeTree") || len(e.Args) < 2 || !isLiteral(e.Args[0]) || !isLiteral(e.Args[1]) {
		return nil
	}
	return e.Args[:2:2]
}

// Rest are the arguments without those of Replica.
func (e Engine) Rest() []string { return e.Args[len(e.Replica()):] }

// SameKind reports whether two engines are the same apart from their arguments.
// A Shared one is the same as its Replicated and its plain form.
func (e Engine) SameKind(o Engine) bool {
	if e.Shared || o.Shared {
		return strings.TrimPrefix(e.Name, "Replicated") == strings.TrimPrefix(o.Name, "Replicated")
	}
	return e.Name == o.Name
}

// SameReplica reports whether two engines have the same Keeper path and replica
// name. ClickHouse cannot change them, and they say nothing of the rows: a
// difference here alone is no reason to make the table again. A Shared engine has
// none that could differ.
func (e Engine) SameReplica(o Engine) bool {
	if e.Shared || o.Shared {
		return true
	}
	a, b := e.Replica(), o.Replica()
	return len(a) == len(b) && (a == nil || a[0] == b[0] && a[1] == b[1])
}

func isLiteral(arg string) bool { return strings.HasPrefix(arg, "'") }
