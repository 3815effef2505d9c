package inframap_test

import (
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

func TestBrokerName(t *testing.T) {
	version := "1.2"
	for want, got := range map[string]string{
		"Orders":        (&inframap.Topic{Name: "Orders"}).BrokerName(""),
		"ns.Orders":     (&inframap.Topic{Name: "Orders"}).BrokerName("ns"),
		"ns.Orders_1_2": (&inframap.Topic{Name: "Orders", Version: &version}).BrokerName("ns"),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestCron(t *testing.T) {
	for schedule, want := range map[string]string{
		"":                   "",
		"5m":                 "*/5 * * * *",
		"2h":                 "0 */2 * * *",
		"0 3 * * *":          "0 3 * * *",
		"*/5 * * * *":        "*/5 * * * *",
		"@every 1h":          "@every 1h",
		"@daily":             "@daily",
		"CRON_TZ=UTC 0 3 1h": "CRON_TZ=UTC 0 3 1h",
	} {
		if got := (&inframap.WorkflowConfig{Schedule: schedule}).Cron(); got != want {
			t.Errorf("%q: %q, want %q", schedule, got, want)
		}
	}
}
