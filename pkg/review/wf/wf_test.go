package wf

import (
	"testing"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

func TestTheSameTimesInOtherWords(t *testing.T) {
	now := time.Date(2026, 2, 27, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"5m", "*/5 * * * *", true},
		{"1h", "0 * * * *", true},
		{"@daily", "0 0 * * *", true},
		{"0 0 * * 0", "0 0 * * 7", false}, // 7 is no day here, so it is not known to be the same
		{"0 3 * * *", "0 4 * * *", false},
		{"0 0 1 * *", "0 0 28 * *", false},
		{"not one", "0 4 * * *", false},
		{"not one", "not one", true},
		{"", "", true},
		{"0 0 30 2 *", "0 0 31 2 *", true}, // never
	} {
		if got := sameTimes(inframap.WorkflowConfig{Schedule: c.a}, inframap.WorkflowConfig{Schedule: c.b}, now); got != c.same {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
	if got := timesText(next(inframap.WorkflowConfig{Schedule: "0 0 29 2 *"}, now)); got != "Tue 2028-02-29 00:00, Sun 2032-02-29 00:00, Fri 2036-02-29 00:00, Wed 2040-02-29 00:00, Mon 2044-02-29 00:00 UTC" {
		t.Error(got)
	}
	for _, none := range []string{"", "not one", "0 0 30 2 *"} {
		if got := timesText(next(inframap.WorkflowConfig{Schedule: none}, now)); got != "none" {
			t.Errorf("%q: %s", none, got)
		}
	}
}

func TestTimeouts(t *testing.T) {
	for shorter, longer := range map[string]string{"10m": "1h", "30s": "1m", "1h": "never", "2h 30m": "2h31m"} {
		if timeout(shorter) >= timeout(longer) {
			t.Errorf("%s is not shorter than %s", shorter, longer)
		}
	}
}
