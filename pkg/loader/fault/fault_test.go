package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/loader/fault"
)

func TestErrorTellsCauseRemedyAndOutput(t *testing.T) {
	cause := errors.New("cause")
	e := &fault.Error{Doing: "compile", Cause: cause, Remedy: "Do this.", Output: "a\nb", Diagnostics: []fault.Diagnostic{
		{Position: fault.Position{File: "app/index.ts", Line: 3, Column: 4}, Code: "TS1", Message: "wrong"},
		{Position: fault.Position{File: "app/x.ts", Line: 3}, Message: "bad"},
		{Position: fault.Position{File: "app/y.ts"}, Message: "worse"},
		{Message: "in general"},
	}}
	want := "compile: app/index.ts:3:4: TS1 wrong\napp/x.ts:3: bad\napp/y.ts: worse\nin general\nDo this.\nThe tool said:\n  a\n  b"
	if e.Error() != want {
		t.Errorf("got %q, want %q", e.Error(), want)
	}
	if !errors.Is(e, cause) {
		t.Error("the cause is lost")
	}
}

func TestErrorBoundsItsText(t *testing.T) {
	e := &fault.Error{Doing: "compile"}
	for i := range 50 {
		e.Diagnostics = append(e.Diagnostics, fault.Diagnostic{Message: fmt.Sprint(i)})
	}
	if text := e.Error(); strings.Count(text, "\n") != 20 || !strings.HasSuffix(text, "and 30 more") {
		t.Errorf("got %q", text)
	}
	tail := fault.Tail([]byte(strings.Repeat("line\n", 100) + strings.Repeat("x", 1000) + "\xff"))
	if lines := strings.Split(tail, "\n"); len(lines) != 30 || len(lines[29]) > 510 {
		t.Errorf("%d lines, the last of %d bytes", len(lines), len(lines[len(lines)-1]))
	}
}
