package drift

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/moose-migrate/moose-migrate/pkg/diff"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// ActualTopic is a topic as the brokers have it.
type ActualTopic struct {
	// Partitions is their number, Replication that of the copies of each.
	Partitions, Replication int
	// Configs holds what is known of retention.ms, max.message.bytes and cleanup.policy.
	Configs map[string]string
	// NotDefault are the names in Configs whose value is not the broker's default.
	NotDefault []string
}

// Topics compares the recorded topics with the brokers: a removal for each topic
// that is gone, an update for each that differs. actual is by full name,
// namespace included. replication is the configured replication_factor, with
// which Moose makes every topic; 0 leaves it out. What Moose does not set itself,
// cleanup.policy, counts when it is not the broker's default. An externally
// managed topic counts only when it is gone.
func Topics(recorded *inframap.Map, actual map[string]ActualTopic, namespace string, replication int) []diff.Change {
	var out []diff.Change
	for _, id := range inframap.Keys(recorded.Topics) {
		t := recorded.Topics[id]
		is, exists := actual[t.BrokerName(namespace)]
		change := diff.Change{Kind: diff.Topic, Action: diff.Remove, ID: id, Name: t.Name, Topic: &diff.Pair[inframap.Topic]{Before: t}}
		if exists {
			if change.Why = compareTopics(t, is, replication); len(change.Why) == 0 || t.LifeCycle == inframap.ExternallyManaged {
				continue
			}
			change.Action, change.Topic.After = diff.Update, asActual(t, is)
		}
		out = append(out, change)
	}
	return out
}

// compareTopics names the attributes as moose.config.toml and the map do.
func compareTopics(was *inframap.Topic, is ActualTopic, replication int) []diff.Attribute {
	var why []diff.Attribute
	if is.Partitions < 0 || was.PartitionCount != uint64(is.Partitions) {
		why = append(why, diff.Attribute{Name: "partition_count", Before: strconv.FormatUint(was.PartitionCount, 10), After: strconv.Itoa(is.Partitions)})
	}
	if replication > 0 && is.Replication != replication {
		why = append(why, diff.Attribute{Name: "replication_factor", Before: strconv.Itoa(replication), After: strconv.Itoa(is.Replication)})
	}
	if value, known := is.Configs[retentionMS]; known && value != strconv.FormatInt(milliseconds(was.RetentionPeriod), 10) {
		why = append(why, diff.Attribute{
			Name: "retention_period", Before: durationText(milliseconds(was.RetentionPeriod)), After: is.standard(retentionMS, retentionText(value)),
		})
	}
	if value, known := is.Configs[maxMessageBytes]; known && value != strconv.FormatUint(was.MaxMessageBytes, 10) {
		why = append(why, diff.Attribute{
			Name: "max_message_bytes", Before: fmt.Sprintf("%d bytes", was.MaxMessageBytes), After: is.standard(maxMessageBytes, value+" bytes"),
		})
	}
	if value := is.Configs[cleanupPolicy]; slices.Contains(is.NotDefault, cleanupPolicy) {
		why = append(why, diff.Attribute{Name: "cleanup_policy", Before: "the broker's default", After: value})
	}
	return why
}

// The names that Kafka gives to the configurations.
const (
	retentionMS     = "retention.ms"
	maxMessageBytes = "max.message.bytes"
	cleanupPolicy   = "cleanup.policy"
)

// standard says of a value that the topic has it from the broker.
func (t ActualTopic) standard(config, text string) string {
	if slices.Contains(t.NotDefault, config) {
		return text
	}
	return text + " (the broker's default)"
}

// asActual is the recorded topic with what the brokers have instead.
func asActual(t *inframap.Topic, is ActualTopic) *inframap.Topic {
	out := *t
	out.PartitionCount = uint64(max(0, is.Partitions))
	if ms, err := strconv.ParseInt(is.Configs[retentionMS], 10, 64); err == nil && ms >= 0 {
		out.RetentionPeriod = inframap.Duration{Secs: uint64(ms / 1000), Nanos: uint32(ms % 1000 * int64(time.Millisecond))}
	}
	if size, err := strconv.ParseUint(is.Configs[maxMessageBytes], 10, 64); err == nil {
		out.MaxMessageBytes = size
	}
	return &out
}

func milliseconds(d inframap.Duration) int64 {
	if d.Secs > math.MaxInt64/1000-1 {
		return math.MaxInt64
	}
	return int64(d.Secs)*1000 + int64(d.Nanos)/int64(time.Millisecond)
}

// retentionText says a value of retention.ms in words.
func retentionText(value string) string {
	ms, err := strconv.ParseInt(value, 10, 64)
	switch {
	case err != nil:
		return value + " ms"
	case ms < 0:
		return "unlimited"
	}
	return durationText(ms)
}

// durationText writes a length of time in full: "7 days", "1 hour 30 minutes".
func durationText(ms int64) string {
	var parts []string
	for _, u := range []struct {
		name string
		ms   int64
	}{{"day", 86_400_000}, {"hour", 3_600_000}, {"minute", 60_000}, {"second", 1000}, {"millisecond", 1}} {
		n := ms / u.ms
		ms %= u.ms
		switch {
		case n == 1:
			parts = append(parts, "1 "+u.name)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, u.name))
		}
	}
	if len(parts) == 0 {
		return "0 seconds"
	}
	return strings.Join(parts, " ")
}

// UnmanagedTopics lists those of the topics on the brokers that stand in the
// namespace (without one, all) and that the record does not know, sorted. What
// brokers and schema registries keep for themselves is left out.
func UnmanagedTopics(recorded *inframap.Map, names []string, namespace string) []string {
	known := map[string]bool{}
	for _, t := range recorded.Topics {
		known[t.BrokerName(namespace)] = true
	}
	var out []string
	for _, name := range names {
		if strings.HasPrefix(name, inframap.NamespacePrefix(namespace)) && !known[name] && !internalTopic(name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// internalTopic knows __consumer_offsets and __transaction_state of Kafka,
// _schemas of schema registries, and _redpanda.audit_log and its like.
func internalTopic(name string) bool {
	return strings.HasPrefix(name, "__") || strings.HasPrefix(name, "_redpanda") || name == "_schemas"
}
