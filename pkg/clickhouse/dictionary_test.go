package clickhouse_test

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/moose-migrate/moose-migrate/pkg/clickhouse"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

// layouts are all layouts of Moose 0.6.533, with parameters.
var layouts = map[string]string{
	"FLAT": "", "HASHED": `{"initial_array_size": 10, "max_load_factor": 0.7}`, "SPARSE_HASHED": `{"max_load_factor": 0.7}`, "HASHED_ARRAY": `{"shards": 4}`,
	"RANGE_HASHED": `{"range_lookup_strategy": "max"}`, "CACHE": `{"size_in_cells": 5, "max_threads_for_updates": 2}`,
	"SSD_CACHE": `{"path": "/p", "block_size": 1, "file_size": 2, "read_buffer_size": 3, "write_buffer_size": 4, "max_stored_keys": 5}`,
	"DIRECT":    "", "IP_TRIE": `{"access_to_key_from_attributes": true}`, "COMPLEX_KEY_HASHED": "", "COMPLEX_KEY_SPARSE_HASHED": "",
	"COMPLEX_KEY_HASHED_ARRAY": `{"shards": 4}`, "COMPLEX_KEY_CACHE": `{"size_in_cells": 5}`,
	"COMPLEX_KEY_SSD_CACHE": `{"path": "it's"}`, "COMPLEX_KEY_DIRECT": "",
}

// sources are all external sources of Moose 0.6.533, and what each becomes.
var sources = map[string]string{
	`{"source_type": "HTTP", "url": "http://x", "format": "CSV", "method": "POST", "whereClause": "1"}`:                                                                    "HTTP FORMAT=CSV METHOD=POST URL=http://x WHERE=1",
	`{"source_type": "CLICK_HOUSE", "host": "h", "port": 9000, "user": "u", "password": "S", "db": "d", "table": "t", "query": "SELECT 1", "invalidateQuery": "SELECT 2"}`: "CLICKHOUSE DB=d HOST=h INVALIDATE_QUERY=SELECT 2 PASSWORD=[HIDDEN] PORT=9000 QUERY=SELECT 1 USER=u",
	`{"source_type": "MYSQL", "host": "h", "port": 3306, "user": "u", "password": "S", "db": "d", "table": "t", "whereClause": null}`:                                      "MYSQL DB=d HOST=h PASSWORD=[HIDDEN] PORT=3306 TABLE=t USER=u",
	`{"source_type": "POSTGRESQL", "host": "h", "port": 5432, "user": "u", "password": "S", "db": "d", "table": "t"}`:                                                      "POSTGRESQL DB=d HOST=h PASSWORD=[HIDDEN] PORT=5432 TABLE=t USER=u",
	`{"source_type": "REDIS", "host": "h", "port": 6379, "storageType": "hash_map", "dbIndex": 2}`:                                                                         "REDIS DB_INDEX=2 HOST=h PORT=6379 STORAGE_TYPE=hash_map",
	`{"source_type": "MONGODB", "host": "h", "port": 27017, "user": "u", "password": "S", "db": "d", "collection": "c"}`:                                                   "MONGODB COLLECTION=c DB=d HOST=h PASSWORD=[HIDDEN] PORT=27017 USER=u",
	`{"source_type": "EXECUTABLE", "command": "cat 'x'", "format": "TSV", "implicitKey": true}`:                                                                            "EXECUTABLE COMMAND=cat 'x' FORMAT=TSV IMPLICIT_KEY=1",
	`{"source_type": "S3", "url": "https://x/y", "format": "CSV", "accessKeyId": "A", "secretAccessKey": "S"}`:                                                             "S3 ACCESS_KEY_ID=[HIDDEN] FORMAT=CSV SECRET_ACCESS_KEY=[HIDDEN] URL=https://x/y",
}

func lookup(name string) *inframap.Dictionary {
	return &inframap.Dictionary{
		Name: name, PrimaryKey: []string{"id"}, Columns: []inframap.DictionaryColumn{{Name: "id", TypeString: "UInt64"}, {Name: "it's `x`", TypeString: "String"}},
		Source: inframap.DictionarySource{Type: inframap.DictionaryFromTable, Table: "t"}, Layout: inframap.DictionaryLayout{Type: "FLAT"},
	}
}

func TestTheServerReadsEveryLayoutAndSource(t *testing.T) {
	client, _ := open(t)
	m := inframap.New("db")
	for kind, params := range layouts {
		d := lookup(kind)
		cluster := "prod"
		d.ClusterName = &cluster
		d.Layout = inframap.DictionaryLayout{Type: kind, Extra: inframap.Extra{UnknownJSON: jsontext.Value(params)}}
		raw, err := d.Raw()
		if err != nil {
			t.Fatal(err)
		}
		m.Dictionaries[d.Name] = raw
	}
	for members, want := range sources {
		name := strings.Fields(want)[0] + " source"
		raw := `{"name": "` + name + `", "source": {"type": "EXTERNAL", "externalSource": ` + members + `}, "primaryKey": ["id"], "columns": [{"name": "id", "typeString": "UInt64"}], "layout": {"type": "FLAT"}, "lifetime": {"type": "STATIC"}}`
		m.Dictionaries[name] = jsontext.Value(raw)
	}
	declared, err := client.Normalise(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	for kind, params := range layouts {
		d := declared[0].Dictionaries[kind]
		if d.Layout.Name != kind || len(d.Attributes) != 2 || d.Attributes[1].Name != "it's `x`" || params == "" && len(d.Layout.Args) > 0 {
			t.Errorf("%s: %+v", kind, d)
		}
		if d.Reads == nil || *d.Reads != (schema.Name{Database: "db", Object: "t"}) {
			t.Errorf("%s reads %v", kind, d.Reads)
		}
	}
	for _, want := range sources {
		d := declared[0].Dictionaries[strings.Fields(want)[0]+" source"]
		got := d.Source.Name
		for _, k := range inframap.Keys(d.Source.Args) {
			got += " " + k + "=" + d.Source.Args[k]
		}
		if got != want || d.Reads != nil {
			t.Errorf("source %q, want %q; reads %v", got, want, d.Reads)
		}
	}
}

// A server can be told to show credentials (format_display_secrets_in_show_and_select).
func TestACredentialThatTheServerShowsIsHidden(t *testing.T) {
	d := clickhouse.ParseDictionary(events, "CREATE DICTIONARY d.D (`id` UInt64) PRIMARY KEY id SOURCE(HTTP(URL 'http://u:S3CRET@x' CREDENTIALS (USER 'u' PASSWORD 'S3CRET') HEADERS (HEADER (NAME 'Authorization' VALUE 'S3CRET')))) LIFETIME(MIN 0 MAX 0) LAYOUT(FLAT())")
	text := d.Definition + " " + d.Source.Args["URL"] + " " + d.Source.Args["CREDENTIALS"] + " " + d.Source.Args["HEADERS"]
	if strings.Contains(text, "S3CRET") || strings.Count(text, inframap.Hidden) < 5 {
		t.Errorf("shown: %s", strings.ReplaceAll(text, "S3CRET", "(a secret)"))
	}
}
