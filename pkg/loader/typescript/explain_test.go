package typescript

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
)

func TestDiagnostics(t *testing.T) {
	out := "Compiling TypeScript to dist...\n" +
		"app/index.ts(28,14): error TS2322: Type 'string' is not\n  assignable to type 'number'.\n" +
		"\x1b[96mapp/a b.ts\x1b[0m:\x1b[93m3\x1b[0m:\x1b[93m4\x1b[0m - \x1b[91merror\x1b[0m\x1b[90m TS7006: \x1b[0mParameter 'x'.\n\n3 const\n" +
		"error TS18003: No inputs were found.\nerror TS(typia): strict mode is required.\n" +
		"app/index.ts(1,1): warning TS1: not an error\n"
	want := []fault.Diagnostic{
		{Position: fault.Position{File: "app/index.ts", Line: 28, Column: 14}, Code: "TS2322", Message: "Type 'string' is not\n  assignable to type 'number'."},
		{Position: fault.Position{File: "app/a b.ts", Line: 3, Column: 4}, Code: "TS7006", Message: "Parameter 'x'."},
		{Code: "TS18003", Message: "No inputs were found."},
		{Code: "TS(typia)", Message: "strict mode is required."},
	}
	if diff := cmp.Diff(want, diagnostics([]byte(out))); diff != "" {
		t.Error(diff)
	}
}

func TestThrown(t *testing.T) {
	path := func(p string) string { return strings.TrimPrefix(p, "/p/") }
	for name, tc := range map[string]struct {
		text, message string
		at            fault.Position
	}{
		"own frame below a library's": {
			"junk\n\nTypeError [ERR_X]: bad\nmore\n    at lib (/p/node_modules/x/index.js:1:2)\n    at async boom (/p/app/a.ts:5:6)\n",
			"TypeError [ERR_X]: bad\nmore",
			fault.Position{File: "app/a.ts", Line: 5, Column: 6},
		},
		"bare frame": {"Error: x\n    at /p/app/a.ts:5:6\n", "Error: x", fault.Position{File: "app/a.ts", Line: 5, Column: 6}},
		"no own frame": {
			"Error: x\n    at Module._load (node:internal/modules/cjs/loader:1091:12)\n    at o (/other/x.js:1:2)\n",
			"Error: x",
			fault.Position{},
		},
		"no stack": {"Killed\n", "", fault.Position{}},
	} {
		t.Run(name, func(t *testing.T) {
			message, at := thrown(tc.text, path)
			if message != tc.message || at != tc.at {
				t.Errorf("got %q at %v", message, at)
			}
		})
	}
}

func TestQuoteOption(t *testing.T) {
	if got := quoteOption(`/a b/c"d\e`); got != `"/a b/c\"d\\e"` {
		t.Errorf("got %s", got)
	}
}

func FuzzDiagnostics(f *testing.F) {
	f.Add([]byte("app/index.ts(28,14): error TS2322: x\n  y"))
	f.Add([]byte("Error: x\n    at /p/app/a.ts:5:6\n"))
	f.Fuzz(func(_ *testing.T, out []byte) {
		diagnostics(out)
		thrown(string(out), func(p string) string { return p })
	})
}
