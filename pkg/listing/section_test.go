package listing

import "testing"

func TestRetentionReadsWell(t *testing.T) {
	for seconds, want := range map[uint64]string{
		0: "0 seconds", 1: "1 second", 5400: "1 hour 30 minutes", 604800: "7 days", 90061: "1 day 1 hour 1 minute 1 second",
	} {
		if got := retention(seconds); got != want {
			t.Errorf("%d: %q, want %q", seconds, got, want)
		}
	}
}

func TestSourcesHaveNoBackticks(t *testing.T) {
	if got := sources([]string{"`local`.`Orders`", "`Users`"}); got != "local.Orders, Users" {
		t.Errorf("got %q", got)
	}
	if got := sources(nil); got != "-" {
		t.Errorf("none: %q", got)
	}
}

func TestColumnsAreCutOnlyWhenItSavesTwo(t *testing.T) {
	const word = "abcdefghijklmnopqr" // three of them fit
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{word, word, word}, word + ", " + word + ", " + word},
		{[]string{word, word, word, word}, word + ", " + word + ", " + word + ", " + word},
		{[]string{word, word, word, word, "x"}, word + ", " + word + ", " + word + ", … (5)"},
		{nil, "-"},
	} {
		if got := fields(c.names); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}
