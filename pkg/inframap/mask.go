package inframap

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Hidden stands in files for a credential.
const Hidden = "[HIDDEN]"

// RuntimeEnvPrefix starts a value that is taken from the environment when the plan
// is applied: mooseRuntimeEnv.get("X") declares "__MOOSE_RUNTIME_ENV__:X".
const RuntimeEnvPrefix = "__MOOSE_RUNTIME_ENV__:"

// HidesValue reports whether a text stands for a value that it does not show.
func HidesValue(text string) bool {
	return strings.Contains(text, Hidden) || strings.Contains(text, RuntimeEnvPrefix)
}

// secretSettings are table settings that hold credentials.
var secretSettings = map[string]bool{"kafka_sasl_password": true, "kafka_sasl_username": true}

// Masked returns the map with every credential replaced by Hidden; the hashes
// stay, so that a change of a credential remains visible. The argument is not changed.
func (m *Map) Masked() *Map {
	out := *m
	out.Tables = make(map[string]*Table, len(m.Tables))
	for id, t := range m.Tables {
		out.Tables[id] = t.Masked()
	}
	out.Dictionaries = maskedDictionaries(m.Dictionaries)
	return &out
}

// Masked returns the table with every credential replaced by Hidden.
func (t *Table) Masked() *Table {
	out := *t
	out.Engine = t.Engine.Masked()
	if t.TableSettings != nil {
		out.TableSettings = *MaskedSettings(&t.TableSettings)
	}
	return &out
}

// Masked returns the engine with every credential argument replaced by Hidden.
func (e Engine) Masked() Engine {
	known, _ := EngineParams(e.Name)
	out := Engine{Name: e.Name}
	if e.Params == nil {
		return out
	}
	out.Params = make(map[string]jsontext.Value, len(e.Params))
	for k, v := range e.Params {
		out.Params[k] = v
	}
	for _, p := range known {
		if p.Secret && e.Has(p.Name) {
			out.Params[p.Name] = jsontext.Value(`"` + Hidden + `"`)
		}
	}
	return out
}

// Secrets lists every credential that the map holds in clear text, for redaction.
func (m *Map) Secrets() []string {
	var out []string
	for _, id := range Keys(m.Tables) {
		t := m.Tables[id]
		known, _ := EngineParams(t.Engine.Name)
		for _, p := range known {
			if s := t.Engine.String(p.Name); p.Secret && s != "" && s != Hidden {
				out = append(out, s)
			}
		}
		for k, v := range t.TableSettings {
			if secretSettings[k] && v != "" && v != Hidden {
				out = append(out, v)
			}
		}
	}
	for _, id := range Keys(m.Dictionaries) {
		out = append(out, dictionarySecrets(m.Dictionaries[id])...)
	}
	return out
}

// MaskedSettings returns settings with every credential replaced by Hidden; nil stays nil.
func MaskedSettings(settings *map[string]string) *map[string]string {
	if settings == nil {
		return nil
	}
	out := make(map[string]string, len(*settings))
	for k, v := range *settings {
		if secretSettings[k] {
			v = Hidden
		}
		out[k] = v
	}
	return &out
}
