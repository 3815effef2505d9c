package declared_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/loader/declared"
	"github.com/moose-migrate/moose-migrate/pkg/loader/partial"
)

const records = `{"section":"tables","name":"A","version":"1","database":"d","file":"/p/a.ts","line":3}
{"section":"tables","name":"Twice","file":"/p/a.ts","line":4}
{"section":"tables","name":"Twice","file":"/p/b.ts","line":5}
{"section":"tables","name":"Unsure","file":"/p/a.ts","line":6}
{"section":"tables","name":"Unsure","version":""}
{"section":"views","name":"NoLine","file":"/p/a.ts"}
{"section":"views","name":"BadLine","file":"/p/a.ts","line":-1}
{"section":"views","name":"NotALine","file":"/p/a.ts","line":"7"}
{"name":"NoSection","file":"/p/a.ts","line":1}
{"section":"views","file":"/p/a.ts","line":1}
not JSON
[]

{"section":"views","name":"V","file":"/p/a.ts","line":8,"more":true}
{"section":"views","name":"cut`

func TestDecode(t *testing.T) {
	want := map[declared.Object]declared.Place{
		{Section: "tables", Name: "A", Version: "1", Database: "d"}: {File: "/p/a.ts", Line: 3},
		{Section: "tables", Name: "Twice"}:                          {File: "/p/b.ts", Line: 5},
		{Section: "views", Name: "V"}:                               {File: "/p/a.ts", Line: 8},
	}
	if diff := cmp.Diff(want, declared.Decode([]byte(records))); diff != "" {
		t.Error(diff)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(records))
	f.Add([]byte("{}\n\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for object, place := range declared.Decode(data) {
			if object.Section == "" || object.Name == "" || place.File == "" || place.Line <= 0 {
				t.Errorf("%+v at %+v", object, place)
			}
		}
	})
}

func TestReadKeepsPlacesInTheProject(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("app/a.ts", "")
	write("node_modules/x/b.ts", "")
	write("venv/lib/python3.13/site-packages/x.py", "")
	write("log", `{"section":"tables","name":"in","file":"`+root+`/app/a.ts","line":1}
{"section":"tables","name":"out","file":"/etc/hostname","line":1}
{"section":"tables","name":"up","file":"`+root+`/../a.ts","line":1}
{"section":"tables","name":"package","file":"`+root+`/node_modules/x/b.ts","line":1}
{"section":"tables","name":"site","file":"`+root+`/venv/lib/python3.13/site-packages/x.py","line":1}
{"section":"tables","name":"gone","file":"`+root+`/app/gone.ts","line":1}
{"section":"tables","name":"folder","file":"`+root+`/app","line":1}
`)
	path := partial.Relative(root)
	want := map[declared.Object]declared.Place{{Section: "tables", Name: "in"}: {File: "app/a.ts", Line: 1}}
	if diff := cmp.Diff(want, declared.Read(filepath.Join(root, "log"), root, path)); diff != "" {
		t.Error(diff)
	}
	for _, missing := range []string{"nothing", "app"} {
		if got := declared.Read(filepath.Join(root, missing), root, path); len(got) > 0 {
			t.Errorf("%s: %v", missing, got)
		}
	}
}
