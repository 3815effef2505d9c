package tt

import (
	"fmt"
	"slices"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func TestATimeToLiveIsAHazardWhenItIsShorter(t *testing.T) {
	for _, c := range []struct {
		before, after string
		hazard        bool
	}{
		{"", "ts + toIntervalDay(1)", true},
		{"ts + toIntervalDay(1)", "", false},
		{"ts + toIntervalDay(30)", "ts + toIntervalDay(90)", false},
		{"ts + toIntervalDay(30)", "ts + INTERVAL 30 DAY DELETE", false},
		{"ts + toIntervalDay(30)", "ts + toIntervalDay(29)", true},
		{"ts + toIntervalDay(30)", "ts + toIntervalMonth(1)", true}, // February
		{"ts + toIntervalDay(28)", "ts + toIntervalMonth(1)", false},
		{"ts + toIntervalMonth(1)", "ts + toIntervalDay(31)", false},
		{"ts + toIntervalMonth(1)", "ts + toIntervalDay(30)", true},
		{"ts + toIntervalWeek(1)", "ts + toIntervalHour(168)", false},
		{"ts + toIntervalDay(30)", "created + toIntervalDay(90)", true},
		{"ts + toIntervalDay(30)", "ts + toIntervalDay(90) WHERE x", false}, // fewer rows, later
		{"ts + toIntervalDay(30) WHERE x", "ts + toIntervalDay(90)", true},
		{"ts + toIntervalDay(30) WHERE x", "ts + toIntervalDay(90) WHERE x", false},
		{"ts + toIntervalDay(30) WHERE x", "ts + toIntervalDay(90) WHERE y", true},
		{"toDateTime(ts) + toIntervalDay(1), ts + toIntervalDay(2)", "x", true},
		{"a + toIntervalDay(1), b + toIntervalDay(2)", "b + toIntervalDay(2)", false},
		{"a + toIntervalDay(1)", "a + toIntervalDay(1), b + toIntervalDay(2)", true},
		{"", "ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(5))", false},
		{"", "ts + toIntervalDay(1) TO VOLUME 'cold'", false},
		{"", "ts + toIntervalDay(1) GROUP BY a, b SET x = sum(x), y = max(y)", false},
		{"", "ts + toIntervalDay(1) GROUP BY a SET x = sum(x), ts + toIntervalDay(9)", true},
		{"ts + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(5))", "ts + toIntervalDay(9)", true},
	} {
		if got := len(shortened(c.before, c.after)) > 0; got != c.hazard {
			t.Errorf("%q -> %q: hazard %v", c.before, c.after, got)
		}
	}
}

var askedTable = &schema.Table{Columns: []schema.Column{{Name: "ts", Type: "DateTime"}, {Name: "a b", Type: "DateTime"}, {Name: "id", Type: "UInt8"}, {Name: "url", Type: "String"}, {Name: "al", DefaultKind: "ALIAS"}}}

func TestOnlyKnownExpressionsAreRun(t *testing.T) {
	for expr, want := range map[string]string{
		"ts + toIntervalDay(15)":                  "[ts]",
		"ts + INTERVAL 15 DAY":                    "[ts]",
		"toStartOfMonth(ts) + toIntervalMonth(2)": "[ts]",
		"`a b` + toIntervalDay(15)":               "[a b]",
		"(id > 3) AND (url IN ('a', 'b'))":        "[id url]",
		"id IN (SELECT 1)":                        "",
		"ts + toIntervalDay(15); DROP TABLE x":    "",
		"id IN other":                             "",
		"id IN id":                                "",
		"url('http://x', 'CSV', 'a String') > ts": "",
		"ts + dictGet('d', 'n', id)":              "",
		"sleepEachRow(3) + ts":                    "",
		"ts -- x":                                 "",
		"ts /* x */":                              "",
		"al + toIntervalDay(1)":                   "",
		"nothing + toIntervalDay(1)":              "",
		"toDateTime(0)":                           "",
		"ts) OR (1":                               "",
		"(ts":                                     "",
		"":                                        "",
		"`toDate`(ts)":                            "",
		"ts + toIntervalDay(id) + toIntervalHour(3)":      "[id ts]",
		"arrayMap(x -> x, [ts])[1]":                       "",
		"ts + {p:UInt8}":                                  "",
		"parseDateTimeBestEffort(url) + toIntervalDay(1)": "[url]",
	} {
		columns, ok := askable(expr, askedTable)
		got := ""
		if ok {
			got = fmt.Sprint(columns)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", expr, got, want)
		}
	}
}

func FuzzExpressionsAreTakenApart(f *testing.F) {
	f.Add("ts + toIntervalDay(1) GROUP BY a SET x = sum(x), ts + toIntervalDay(9) DELETE WHERE id > 3")
	f.Add("ts TO DISK 'x', `a b` RECOMPRESS CODEC(ZSTD(1))")
	f.Fuzz(func(t *testing.T, ttl string) {
		for _, e := range elements(ttl) {
			if columns, ok := askable(e.expr, askedTable); ok && slices.ContainsFunc(columns, func(c string) bool { return askedTable.Column(c) == nil }) {
				t.Errorf("%q reads %v", e.expr, columns)
			}
		}
	})
}
