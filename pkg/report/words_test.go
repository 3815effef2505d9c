package report

import (
	"math"
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/safetext"
	"github.com/moose-migrate/moose-migrate/pkg/secretsql"
)

func TestNumbersReadWell(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0", 999: "999", 1234: "1,234", 999_999: "999,999", 1_000_000: "1 million", 1_234_567: "1.2 million",
		999_949_999: "999.9 million", 999_960_000: "1 billion", 5_400_000_000: "5.4 billion", 7_300_000_000_000: "7.3 trillion",
		math.MaxUint64: "18,446,744 trillion",
	} {
		if got := number(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestDurationsReadWell(t *testing.T) {
	for want, d := range map[string]inframap.Duration{
		"0 seconds": {}, "7 days": {Secs: 604800}, "1 hour 30 minutes": {Secs: 5400}, "1 second 500 ms": {Secs: 1, Nanos: 500_000_000},
	} {
		if got := duration(d); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestClipCountsRunes(t *testing.T) {
	if got := safetext.Clip(strings.Repeat("é", 10), 5); got != "éééé…" {
		t.Errorf("got %q", got)
	}
	if got := safetext.Clip("éé", 2); got != "éé" {
		t.Errorf("got %q", got)
	}
}

func TestOrdinarySQLStaysAsItIs(t *testing.T) {
	for _, sql := range []string{
		"SELECT 'a', count() FROM t WHERE status = 'secret' AND token IN (1)", "SELECT * FROM s3('https://b/x', 'CSV', 'a String')",
		"ALTER TABLE `password` ADD COLUMN `secret` String DEFAULT 'x' AFTER `token`", "it's", "https://host:8443/path", "",
		"CREATE TABLE t (password String, note String DEFAULT 'none')",
	} {
		if got := secretsql.Mask(sql); got != sql {
			t.Errorf("got  %q\nwant %q", got, sql)
		}
	}
}
