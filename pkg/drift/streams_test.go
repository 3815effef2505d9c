package drift_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/drift"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

func recordedTopic(change func(*inframap.Topic)) *inframap.Map {
	t := &inframap.Topic{Name: "T", PartitionCount: 1, RetentionPeriod: inframap.Duration{Secs: 60}, MaxMessageBytes: 10}
	change(t)
	m := inframap.New("db")
	m.Topics[t.ID()] = t
	return m
}

// Brokers that tell less, or in another way, than Kafka does.
func TestTopicsOfUnusualBrokers(t *testing.T) {
	same := func(*inframap.Topic) {}
	for what, c := range map[string]struct {
		recorded func(*inframap.Topic)
		actual   drift.ActualTopic
		want     []diff.Attribute
	}{
		"no configuration is told": {same, drift.ActualTopic{Partitions: 1, Replication: 1}, nil},
		"another retention, in no words": {
			same,
			drift.ActualTopic{Partitions: 1, Replication: 1, Configs: map[string]string{"retention.ms": "soon"}, NotDefault: []string{"retention.ms"}},
			[]diff.Attribute{{Name: "retention_period", Before: "1 minute", After: "soon ms"}},
		},
		"nothing is kept": {
			same,
			drift.ActualTopic{Partitions: 1, Replication: 1, Configs: map[string]string{"retention.ms": "0"}, NotDefault: []string{"retention.ms"}},
			[]diff.Attribute{{Name: "retention_period", Before: "1 minute", After: "0 seconds"}},
		},
		"the broker's policy is compact": {same, drift.ActualTopic{Partitions: 1, Replication: 1, Configs: map[string]string{"cleanup.policy": "compact"}}, nil},
		"a policy taken back to delete": {
			same,
			drift.ActualTopic{Partitions: 1, Replication: 1, Configs: map[string]string{"cleanup.policy": "delete"}, NotDefault: []string{"cleanup.policy"}},
			[]diff.Attribute{{Name: "cleanup_policy", Before: "the broker's default", After: "delete"}},
		},
		"longer than Kafka can count": {
			func(t *inframap.Topic) { t.RetentionPeriod.Secs = 1 << 63 },
			drift.ActualTopic{Partitions: 1, Replication: 1, Configs: map[string]string{"retention.ms": "9223372036854775807"}},
			nil,
		},
	} {
		changes := drift.Topics(recordedTopic(c.recorded), map[string]drift.ActualTopic{"T": c.actual}, "", 1)
		var why []diff.Attribute
		for _, change := range changes {
			why = append(why, change.Why...)
		}
		if d := cmp.Diff(c.want, why); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
}

func TestAChangedTopicCarriesWhatTheBrokersHave(t *testing.T) {
	recorded := recordedTopic(func(*inframap.Topic) {})
	changes := drift.Topics(recorded, map[string]drift.ActualTopic{"T": {
		Partitions: 4, Replication: 1, Configs: map[string]string{"retention.ms": "1500", "max.message.bytes": "20"},
	}}, "", 0)
	if len(changes) != 1 {
		t.Fatalf("%d changes", len(changes))
	}
	want := *recorded.Topics["T"]
	want.PartitionCount, want.RetentionPeriod, want.MaxMessageBytes = 4, inframap.Duration{Secs: 1, Nanos: 5e8}, 20
	if d := cmp.Diff(&want, changes[0].Topic.After); d != "" {
		t.Error(d)
	}
	if got := recorded.Topics["T"].PartitionCount; got != 1 {
		t.Errorf("the record was changed: %d partitions", got)
	}
}

func TestAChangedScheduleCarriesTheOneThatCounts(t *testing.T) {
	recorded := inframap.New("db")
	recorded.Workflows["w"] = &inframap.Workflow{Name: "w", Config: inframap.WorkflowConfig{Schedule: "1h"}}
	for want, run := range map[string]drift.ActualRun{
		"@daily": {Running: true, Status: "running", Cron: "@daily"},
		"":       {Status: "terminated", Cron: "0 */1 * * *"},
	} {
		changes := drift.Schedules(recorded, map[string]drift.ActualRun{"w": run})
		if len(changes) != 1 || changes[0].Workflow.After.Config.Schedule != want {
			t.Errorf("%+v: %+v", run, changes)
		}
	}
	if got := recorded.Workflows["w"].Config.Schedule; got != "1h" {
		t.Errorf("the record was changed: %q", got)
	}
}
