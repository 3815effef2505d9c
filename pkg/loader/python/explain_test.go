package python

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
)

func TestRaised(t *testing.T) {
	path := func(p string) string { return strings.TrimPrefix(p, "/p/") }
	for name, tc := range map[string]struct {
		text, message string
		at            fault.Position
	}{
		"own frame above a library's": {
			"Traceback (most recent call last):\n  File \"<frozen runpy>\", line 198, in _run\n  File \"/p/app/main.py\", line 7, in <module>\n    x()\n    ~^^\n  File \"/v/lib/python3.13/site-packages/pydantic/main.py\", line 9, in x\npydantic.ValidationError: 1 error\nfield\n  missing\n",
			"pydantic.ValidationError: 1 error\nfield\n  missing",
			fault.Position{File: "app/main.py", Line: 7},
		},
		"second traceback counts": {
			"Traceback (most recent call last):\n  File \"/p/app/a.py\", line 1, in f\nKeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"/p/app/b.py\", line 2, in g\nValueError: b\n",
			"ValueError: b",
			fault.Position{File: "app/b.py", Line: 2},
		},
		"nothing": {"Killed\n", "", fault.Position{}},
	} {
		t.Run(name, func(t *testing.T) {
			message, at := raised(tc.text, path)
			if message != tc.message || at != tc.at {
				t.Errorf("got %q at %v", message, at)
			}
		})
	}
}

func FuzzRaised(f *testing.F) {
	f.Add("Traceback (most recent call last):\n  File \"/p/app/a.py\", line 1, in f\nKeyError: 'a'\n")
	f.Fuzz(func(_ *testing.T, text string) { raised(text, func(p string) string { return p }) })
}
