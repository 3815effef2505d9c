package schema_test

import (
	"slices"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func TestReplicasOfEngines(t *testing.T) {
	path := func(p string) schema.Engine {
		return schema.Engine{Name: "ReplicatedReplacingMergeTree", Args: []string{p, "'r'", "v"}}
	}
	bare := schema.Engine{Name: "ReplicatedReplacingMergeTree", Args: []string{"v", "gone"}}
	shared := schema.Engine{Name: "ReplacingMergeTree", Args: []string{"v"}, Shared: true}
	plain := schema.Engine{Name: "ReplacingMergeTree", Args: []string{"v"}}
	for name, c := range map[string]struct {
		a, b          schema.Engine
		kind, replica bool
	}{
		"other path":     {path("'/a'"), path("'/b'"), true, false},
		"same path":      {path("'/a'"), path("'/a'"), true, true},
		"default path":   {path("'/a'"), bare, true, false},
		"shared":         {path("'/a'"), shared, true, true},
		"shared, plain":  {plain, shared, true, true},
		"plain":          {plain, bare, false, true},
		"shared, other":  {schema.Engine{Name: "MergeTree"}, shared, false, true},
		"literal is ver": {schema.Engine{Name: "MergeTree", Args: []string{"'a'", "'b'"}}, schema.Engine{Name: "MergeTree"}, true, true},
	} {
		for _, pair := range [][2]schema.Engine{{c.a, c.b}, {c.b, c.a}} {
			if got := pair[0].SameKind(pair[1]); got != c.kind {
				t.Errorf("%s: same kind %v", name, got)
			}
			if got := pair[0].SameReplica(pair[1]); got != c.replica {
				t.Errorf("%s: same replica %v", name, got)
			}
		}
	}
	if got := path("'/a'").Rest(); !slices.Equal(got, []string{"v"}) {
		t.Errorf("rest %v", got)
	}
	if got := bare.Rest(); !slices.Equal(got, []string{"v", "gone"}) {
		t.Errorf("rest %v", got)
	}
}
