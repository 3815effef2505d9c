package lc

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/chtype"
)

func TestAnExpressionThatReadsMoreThanItsRowIsNotRun(t *testing.T) {
	for expr, want := range map[string]bool{
		"5": true, "id + 1": true, "concat(`from here`, 'x')": true, "now()": true,
		"(SELECT 1)": false, "(select count() from url('http://example.com'))": false, "dictGet('d', 'x', id)": false, "joinGetOrNull('j', 'x', id)": false,
		"file('x')": false, "1 IN (WITH 2 AS x SELECT x)": false,
	} {
		if got := ofOneRow(expr); got != want {
			t.Errorf("%s: %v", expr, got)
		}
	}
}

func TestZonesAreReplacedInPlace(t *testing.T) {
	for _, c := range [][3]string{
		{"DateTime('UTC')", "DateTime", "DateTime"},
		{"DateTime64(3, 'UTC')", "DateTime('Asia/Tokyo')", "DateTime64(3, 'Asia/Tokyo')"},
		{"Map(String, Tuple(a DateTime('UTC'), `b c` Nullable(DateTime64(6))))", "Tuple(DateTime, DateTime('Europe/Berlin'))", "Map(String, Tuple(a DateTime, `b c` Nullable(DateTime64(6, 'Europe/Berlin'))))"},
		{"Date", "Date", "Date"},
	} {
		if got := otherZones(c[0], chtype.Zones(c[1])); got != c[2] {
			t.Errorf("%s with the zones of %s: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func FuzzChanges(f *testing.F) {
	for _, p := range samples {
		f.Add(p.from, p.to)
	}
	f.Fuzz(func(_ *testing.T, from, to string) {
		c := conversion{from: from, to: to, column: "c"}
		_ = c.changes()
		_ = c.rule()
		_ = otherZones(from, chtype.Zones(to))
	})
}
