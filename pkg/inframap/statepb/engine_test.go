package statepb_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/inframap/statepb"
)

// engineTexts are texts with the JSON they mean; printed is what Moose writes when it differs.
var engineTexts = []struct{ text, json, printed string }{
	{text: "MergeTree", json: `"MergeTree"`},
	{text: "ReplacingMergeTree", json: `{"ReplacingMergeTree":{"is_deleted":null,"ver":null}}`},
	{text: "ReplacingMergeTree('v', 'd')", json: `{"ReplacingMergeTree":{"is_deleted":"d","ver":"v"}}`},
	{text: "ReplacingMergeTree('v','d')", json: `{"ReplacingMergeTree":{"is_deleted":"d","ver":"v"}}`, printed: "ReplacingMergeTree('v', 'd')"},
	{text: "ReplacingMergeTree('o'v')", json: `{"ReplacingMergeTree":{"is_deleted":null,"ver":"o'v"}}`},
	{text: "ReplicatedMergeTree", json: `{"ReplicatedMergeTree":{"keeper_path":null,"replica_name":null}}`, printed: "ReplicatedMergeTree()"},
	{text: "ReplicatedReplacingMergeTree('v', 'd')", json: `{"ReplicatedReplacingMergeTree":{"is_deleted":"d","keeper_path":null,"replica_name":null,"ver":"v"}}`},
	{text: "ReplicatedReplacingMergeTree('/p', 'r', 'v')", json: `{"ReplicatedReplacingMergeTree":{"is_deleted":null,"keeper_path":"/p","replica_name":"r","ver":"v"}}`},
	{text: "ReplicatedSummingMergeTree('/p', 'r', ('a', 'b'))", json: `{"ReplicatedSummingMergeTree":{"columns":["a","b"],"keeper_path":"/p","replica_name":"r"}}`},
	{text: "ReplicatedSummingMergeTree(('a', 'b'))", json: `{"ReplicatedSummingMergeTree":{"columns":["a","b"],"keeper_path":null,"replica_name":null}}`},
	{text: "ReplicatedVersionedCollapsingMergeTree('s', 'v')", json: `{"ReplicatedVersionedCollapsingMergeTree":{"keeper_path":null,"replica_name":null,"sign":"s","version":"v"}}`},
	{text: "SharedReplacingMergeTree('/p', 'r', 'v')", json: `{"ReplacingMergeTree":{"is_deleted":null,"ver":"v"}}`, printed: "ReplacingMergeTree('v')"},
	{text: `S3Queue('s3://b/it's/x', 'CSV', null, '{"a":"b\'c"}')`, json: `{"S3Queue":{"aws_access_key_id":null,"aws_secret_access_key":null,"compression":null,"format":"CSV","headers":{"a":"b'c"},"s3_path":"s3://b/it's/x"}}`},
	{text: "Distributed('c', 'd', 't', cityHash64(a, 'x,y'), 'p')", json: `{"Distributed":{"cluster":"c","policy_name":"p","sharding_key":"cityHash64(a, 'x,y')","target_database":"d","target_table":"t"}}`},
	{text: "Merge(REGEXP('^a,b'), '^E')", json: `{"Merge":{"source_database":"REGEXP('^a,b')","tables_regexp":"^E"}}`},
	{text: "Iceberg('s3://b', 'Parquet')", json: `{"IcebergS3":{"aws_access_key_id":null,"aws_secret_access_key":null,"compression":null,"format":"Parquet","path":"s3://b"}}`},
	// Kept whole: what Moose does not know, and what does not fit.
	{text: "Memory", json: `"Memory"`},
	{text: "MySQL('h:3306', 'd', 't')", json: `"MySQL('h:3306', 'd', 't')"`},
	{text: "Buffer('d', 't', 16)", json: `"Buffer('d', 't', 16)"`},
	{text: "Kafka('b', 't')", json: `"Kafka('b', 't')"`},
	{text: "MergeTree(", json: `"MergeTree("`},
	{text: "CollapsingMergeTree", json: `"CollapsingMergeTree"`},
	{text: "S3('p', null)", json: `"S3('p', null)"`},
}

func TestEngineText(t *testing.T) {
	for _, test := range engineTexts {
		e := statepb.ParseEngine(test.text)
		got, err := inframap.Canonical(e)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.json, string(got)); diff != "" {
			t.Errorf("%s: %s", test.text, diff)
		}
		want := test.printed
		if want == "" {
			want = test.text
		}
		if e.Name == test.text && want == test.text {
			continue // kept whole; printed through its name
		}
		if got := statepb.PrintEngine(e); got != want {
			t.Errorf("printed %s, want %s", got, want)
		}
	}
}

// What the text cannot say comes back all the same.
func TestEnginesThatTextCannotHold(t *testing.T) {
	for _, e := range []inframap.Engine{
		{Name: "Newer", Params: raw(t, `{"x": {"y": [1]}}`)},
		{Name: "SummingMergeTree", Params: raw(t, `{"columns": []}`)},
		{Name: "ReplacingMergeTree", Params: raw(t, `{"ver": null, "is_deleted": "d"}`)},
		{Name: "ReplicatedMergeTree", Params: raw(t, `{"keeper_path": "/p", "replica_name": null}`)},
		{Name: "S3", Params: raw(t, `{"path": "a', 'b", "format": "CSV"}`)},
		{Name: "Buffer", Params: raw(t, `{"target_database": "d", "flush_rows": 3}`)},
		{Name: ""},
	} {
		m := inframap.New("")
		m.Tables["local_T"] = &inframap.Table{Name: "T", Engine: e}
		got := decode(t, encode(t, m)).Tables["local_T"].Engine
		if !inframap.Equal(got, e) {
			t.Errorf("%v became %v", e, got)
		}
	}
}
