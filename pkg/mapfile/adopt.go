package mapfile

import (
	"fmt"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// Adopt makes a map that Read returned ready to be planned against a server, and
// changes it. What a stranger must not decide is taken from it:
//
//   - Objects that name no database lie in the given one, that of the connection.
//   - Values that name an environment variable become [HIDDEN], so that no variable of
//     this job is looked up, whatever its name; the tables concerned are named in the
//     warnings.
//   - Hashes of credentials are dropped, so that a plan tells nobody whether a guess is
//     right. Everything else of these tables is compared.
//
// It is an error when two objects become one in that database.
func Adopt(m *inframap.Map, database string) (warnings []string, err error) {
	for _, id := range inframap.Keys(m.Tables) {
		if hideCredentials(m.Tables[id]) {
			warnings = append(warnings, fmt.Sprintf("table %s: it has credentials, which a plan from a file does not know; a change of them cannot be seen", id))
		}
	}
	rename(m, database)
	if err := checkNames(m); err != nil {
		return nil, fmt.Errorf("plan the map against the database %q: %w", database, err)
	}
	return warnings, nil
}

// hideCredentials reports whether the table has any.
func hideCredentials(t *inframap.Table) bool {
	engine, settings := false, false
	known, _ := inframap.EngineParams(t.Engine.Name)
	for _, p := range known {
		engine = engine || p.Secret && t.Engine.Has(p.Name)
	}
	t.Engine = t.Engine.Masked()
	for name, value := range t.Engine.Params {
		if strings.Contains(string(value), inframap.RuntimeEnvPrefix) {
			t.Engine.Params[name] = []byte(`"` + inframap.Hidden + `"`)
			engine = true
		}
	}
	masked := inframap.MaskedSettings(&t.TableSettings)
	for name, value := range t.TableSettings {
		if strings.Contains(value, inframap.RuntimeEnvPrefix) {
			(*masked)[name] = inframap.Hidden
		}
		settings = settings || inframap.HidesValue((*masked)[name])
	}
	if t.TableSettings != nil {
		t.TableSettings = *masked
	}
	if engine {
		t.EngineParamsHash = nil
	}
	if settings {
		t.TableSettingsHash = nil
	}
	return engine || settings
}

// rename gives the objects of the default database their ids in another one. One that
// meets another there keeps its old id, which checkNames refuses.
func rename(m *inframap.Map, database string) {
	if database == "" || database == m.DefaultDatabase {
		return
	}
	tables, ids := make(map[string]*inframap.Table, len(m.Tables)), map[string]string{}
	for _, id := range inframap.Keys(m.Tables) {
		t := m.Tables[id]
		if ids[id] = t.ID(database); tables[ids[id]] != nil {
			ids[id] = id + " (twice)"
		}
		tables[ids[id]] = t
	}
	syncs := make(map[string]*inframap.TopicToTableSync, len(m.TopicToTableSyncs))
	for _, s := range m.TopicToTableSyncs {
		if id, ok := ids[s.TargetTableID]; ok {
			s.TargetTableID = id
		}
		syncs[s.ID()] = s
	}
	m.DefaultDatabase, m.Tables, m.TopicToTableSyncs = database, tables, syncs
}
