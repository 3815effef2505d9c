package sqltext

import (
	"strings"
	"testing"
	"time"
)

// TestLongTextsTakeTimeInProportion reads texts of a size that took minutes when each
// word looked at everything before it.
func TestLongTextsTakeTimeInProportion(t *testing.T) {
	const size = 400_000
	long := func(piece string) string { return strings.Repeat(piece, size/len(piece)) }
	nested := strings.Repeat("(", 900) + long("a + ") + "a" + strings.Repeat(")", 900)
	operands := strings.Repeat("(", 300) + "a" + strings.Repeat(")", 300)
	for name, f := range map[string]func(){
		"words after DEFAULT":   func() { Clauses("x DEFAULT "+long("a AND "), "DEFAULT", "TTL") },
		"symbols after DEFAULT": func() { Clauses("x DEFAULT "+long("a:b@"), "DEFAULT", "TTL") },
		"brackets of a list":    func() { Elements(nested) },
		"brackets of a text":    func() { Bare(nested) },
		"brackets of a name":    func() { Bare(long("a + ") + operands + " + b") },
		"bracket pairs":         func() { Bare(long("f((a)), ")) },
	} {
		began := time.Now()
		f()
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("%s: %s", name, took)
		} else {
			t.Logf("%s: %s", name, took)
		}
	}
}
