package loader

import (
	"errors"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/loader/partial"
)

// runtimeEnvPrefix begins a value that stands for an environment variable
// (mooseRuntimeEnv.get in moose-lib).
const runtimeEnvPrefix = "__MOOSE_RUNTIME_ENV__:"

// RuntimeRef is one value of a table that comes from the environment.
type RuntimeRef struct {
	// TableID is the table's key in the map.
	TableID string
	// Field is the engine argument ("aws_access_key_id") or "table_settings.<name>".
	Field string
	// Variable is the name of the environment variable.
	Variable string
	setting  string
}

// InEngine reports whether the value is an engine argument, and so part of
// EngineParamsHash; otherwise it is a setting and part of TableSettingsHash.
func (r RuntimeRef) InEngine() bool { return r.setting == "" }

// RuntimeRefs lists every value of the map that comes from the environment, in a
// fixed order.
func RuntimeRefs(m *inframap.Map) []RuntimeRef {
	var refs []RuntimeRef
	for _, id := range inframap.Keys(m.Tables) {
		t := m.Tables[id]
		known, _ := inframap.EngineParams(t.Engine.Name)
		for _, p := range known {
			if name, ok := strings.CutPrefix(t.Engine.String(p.Name), runtimeEnvPrefix); ok && p.Secret {
				refs = append(refs, RuntimeRef{TableID: id, Field: p.Name, Variable: name})
			}
		}
		for _, k := range inframap.Keys(t.TableSettings) {
			if name, ok := strings.CutPrefix(t.TableSettings[k], runtimeEnvPrefix); ok {
				refs = append(refs, RuntimeRef{TableID: id, Field: "table_settings." + k, Variable: name, setting: k})
			}
		}
	}
	return refs
}

// MissingRuntimeEnv lists the values whose variable lookup does not know.
func MissingRuntimeEnv(m *inframap.Map, lookup func(string) (string, bool)) []RuntimeRef {
	var missing []RuntimeRef
	for _, r := range RuntimeRefs(m) {
		if _, ok := lookup(r.Variable); !ok {
			missing = append(missing, r)
		}
	}
	return missing
}

// ResolveRuntimeEnv replaces every marker by its variable's value and recomputes
// the hashes of the tables concerned. It is for the moment of applying: the map
// then holds secrets. When a variable is missing nothing is changed and the error
// names every table, field and variable.
func ResolveRuntimeEnv(m *inframap.Map, lookup func(string) (string, bool)) error {
	if missing := MissingRuntimeEnv(m, lookup); len(missing) > 0 {
		lines := make([]string, len(missing))
		for i, r := range missing {
			lines[i] = "table " + r.TableID + ": " + r.Field + " needs the environment variable " + r.Variable + ", which is not set"
		}
		return errors.New("resolve credentials: " + strings.Join(lines, "\n"))
	}
	_, err := ResolveAvailable(m, lookup)
	return err
}

// ResolveAvailable is ResolveRuntimeEnv for planning, where variables may be
// missing. A recorded hash is that of the secret, so it can be compared only when
// the secret is known: where it is not, the marker stays, the hash that depends
// on it becomes nil, and the value is reported, so that the plan compares
// everything else.
func ResolveAvailable(m *inframap.Map, lookup func(string) (string, bool)) (missing []RuntimeRef, err error) {
	touched := map[string]bool{}
	for _, r := range RuntimeRefs(m) {
		touched[r.TableID] = true
		value, ok := lookup(r.Variable)
		if !ok {
			missing = append(missing, r)
			continue
		}
		t := m.Tables[r.TableID]
		if r.InEngine() {
			if err := t.Engine.Set(r.Field, value); err != nil {
				return nil, errors.New("resolve credentials: table " + r.TableID + ": the value of " + r.Variable + " is not valid text")
			}
		} else {
			t.TableSettings[r.setting] = value
		}
	}
	for id := range touched {
		partial.Rehash(m.Tables[id])
	}
	for _, r := range missing {
		if r.InEngine() {
			m.Tables[r.TableID].EngineParamsHash = nil
		} else {
			m.Tables[r.TableID].TableSettingsHash = nil
		}
	}
	return missing, nil
}
