package diff

import (
	"slices"
	"strings"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse/sqltext"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// fixedSettings cannot be altered; the value is what a server uses when a table
// does not name the setting.
var fixedSettings = map[string]string{
	"index_granularity":                    "8192",
	"index_granularity_bytes":              "10485760",
	"enable_mixed_granularity_parts":       "1",
	"add_minmax_index_for_numeric_columns": "0",
	"add_minmax_index_for_string_columns":  "0",
	"table_disk":                           "0",
}

// fixedColumns are engines whose columns no ALTER can change, but for their comments
// (code 48 on ClickHouse 26.7).
var fixedColumns = map[string]bool{
	"Kafka": true, "S3": true, "S3Queue": true, "Iceberg": true, "IcebergS3": true, "AzureBlobStorage": true, "AzureQueue": true,
	"DeltaLake": true, "Hudi": true, "HDFS": true, "URL": true, "File": true, "FileLog": true, "Log": true, "TinyLog": true,
	"StripeLog": true, "Set": true, "Join": true, "EmbeddedRocksDB": true, "KeeperMap": true, "GenerateRandom": true, "SQLite": true,
	"MySQL": true, "PostgreSQL": true, "MongoDB": true, "Redis": true, "RabbitMQ": true, "NATS": true,
}

func commentOnly(c ColumnChange) bool {
	return c.Action == Update && !slices.ContainsFunc(c.Why, func(a Attribute) bool { return a.Name != "comment" })
}

// compareEngine returns what differs in the engine, nil when nothing does.
// Credentials are compared through the hash that was recorded with them; the
// Keeper path and replica name are no part of it, see compareReplica.
func compareEngine(p *tablePair) *Attribute {
	b, a := p.schemaBefore.Engine, p.schemaAfter.Engine
	if !b.SameKind(a) || !slices.EqualFunc(b.Rest(), a.Rest(), sameArg) {
		return &Attribute{"engine", engineText(b), engineText(a)}
	}
	before, after := p.before.EngineParamsHash, p.after.EngineParamsHash
	if hasCredentials(a.Name) && before != nil && after != nil && *before != *after {
		return &Attribute{"engine credentials", "as recorded", "changed"}
	}
	return nil
}

// compareReplica returns a difference of Keeper path and replica name, nil when there is none.
func compareReplica(p *tablePair) *Attribute {
	b, a := p.schemaBefore.Engine, p.schemaAfter.Engine
	if !b.SameKind(a) || b.SameReplica(a) {
		return nil
	}
	return &Attribute{"engine", engineText(b), engineText(a)}
}

func sameArg(b, a string) bool { return b == a || isHidden(b) || isHidden(a) }

// isHidden reports whether an argument or a setting is nothing but a stand-in for a value.
func isHidden(text string) bool {
	bare := sqltext.Unquote(text)
	return bare == inframap.Hidden || strings.HasPrefix(bare, inframap.RuntimeEnvPrefix)
}

func hasCredentials(engine string) bool {
	known, _ := inframap.EngineParams(engine)
	return slices.ContainsFunc(known, func(p inframap.Param) bool { return p.Secret })
}

// engineText writes an engine for people; the canonical form has no credentials.
func engineText(e schema.Engine) string {
	if len(e.Args) == 0 {
		return e.Name
	}
	return e.Name + "(" + strings.Join(e.Args, ", ") + ")"
}

// compareSettings returns the settings that differ and those among them that force a recreation.
func compareSettings(p *tablePair, ignored func(string) bool) (before, after map[string]string, forced []Attribute) {
	before, after = map[string]string{}, map[string]string{}
	b, a := p.schemaBefore.Settings, p.schemaAfter.Settings
	for _, k := range inframap.Keys(union(b, a)) {
		old, hadOld := b[k]
		new, hasNew := a[k]
		fixed, isFixed := fixedSettings[k]
		if isFixed {
			old, new = stringOr(hadOld, old, fixed), stringOr(hasNew, new, fixed)
			hadOld, hasNew = true, true
		}
		if ignored("setting "+k) || hadOld == hasNew && old == new || isHidden(old) || isHidden(new) {
			continue
		}
		if hadOld {
			before[k] = old
		}
		if hasNew {
			after[k] = new
		}
		if !canAlterSetting(p.schemaBefore, k) {
			forced = append(forced, Attribute{"setting " + k, old, new})
		}
	}
	return before, after, forced
}

func union(a, b map[string]string) map[string]string {
	out := make(map[string]string, len(a)+len(b))
	for k := range a {
		out[k] = ""
	}
	for k := range b {
		out[k] = ""
	}
	return out
}

func stringOr(ok bool, s, def string) string {
	if ok {
		return s
	}
	return def
}

func sameList(a, b []string) bool { return slices.Equal(a, b) }
