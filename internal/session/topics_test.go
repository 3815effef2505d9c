package session

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/config"
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

// broker is a cluster of brokers and the project that uses it.
type broker struct {
	*kadm.Client
	t        *testing.T
	settings config.Redpanda
	recorded *inframap.Map
}

func newBroker(t *testing.T) *broker {
	t.Helper()
	cluster := testparts.Kafka(t)
	admin, err := kadm.NewOptClient(kgo.SeedBrokers(cluster.ListenAddrs()...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(admin.Close)
	b := &broker{Client: admin, t: t, settings: config.Defaults().Redpanda, recorded: inframap.New("db")}
	b.settings.Broker = strings.Join(cluster.ListenAddrs(), ",")
	b.topic("Orders", func(*inframap.Topic) {})
	return b
}

// topic records a topic.
func (b *broker) topic(name string, change func(*inframap.Topic)) {
	t := &inframap.Topic{
		Name: name, PartitionCount: 3, RetentionPeriod: inframap.Duration{Secs: 3600}, MaxMessageBytes: 1 << 20, LifeCycle: inframap.FullyManaged,
	}
	change(t)
	b.recorded.Topics[t.ID()] = t
}

// deploy makes the recorded topics as Moose does.
func (b *broker) deploy() {
	b.t.Helper()
	for _, t := range b.recorded.Topics {
		retention := t.RetentionPeriod.Secs*1000 + uint64(t.RetentionPeriod.Nanos)/1e6
		b.create(t.BrokerName(b.settings.Namespace), int32(t.PartitionCount), int16(b.settings.ReplicationFactor), map[string]string{
			"retention.ms": strconv.FormatUint(retention, 10), "max.message.bytes": strconv.FormatUint(t.MaxMessageBytes, 10),
		})
	}
}

func (b *broker) create(name string, partitions int32, replicas int16, configs map[string]string) {
	b.t.Helper()
	values := map[string]*string{}
	for k, v := range configs {
		values[k] = &v
	}
	if _, err := b.CreateTopic(b.t.Context(), partitions, replicas, values, name); err != nil {
		b.t.Fatalf("creating %s: %v", name, err)
	}
}

// set changes a configuration of a topic; "" takes it away.
func (b *broker) set(topic, key, value string) {
	b.t.Helper()
	change := kadm.AlterConfig{Op: kadm.SetConfig, Name: key, Value: &value}
	if value == "" {
		change = kadm.AlterConfig{Op: kadm.DeleteConfig, Name: key}
	}
	answers, err := b.AlterTopicConfigs(b.t.Context(), []kadm.AlterConfig{change}, topic)
	if err == nil {
		_, err = answers.On(topic, func(r *kadm.AlterConfigsResponse) error { return r.Err })
	}
	if err != nil {
		b.t.Fatalf("setting %s of %s: %v", key, topic, err)
	}
}

func (b *broker) remove(topic string) {
	b.t.Helper()
	if _, err := b.DeleteTopic(b.t.Context(), topic); err != nil {
		b.t.Fatalf("deleting %s: %v", topic, err)
	}
}

func (b *broker) session() *Session {
	settings := config.Defaults()
	settings.Redpanda = b.settings
	return newSession(b.t, settings)
}

func version(v string) func(*inframap.Topic) { return func(t *inframap.Topic) { t.Version = &v } }

func life(l inframap.LifeCycle) func(*inframap.Topic) {
	return func(t *inframap.Topic) { t.LifeCycle = l }
}

// topicCase is what is set up before Moose makes the topics, what is done by hand
// afterwards, and what drift tells then.
type topicCase struct {
	before, after func(*broker)
	want          []string
}

func nothing(*broker) {}

func TestTopicDriftThatMustBeSeen(t *testing.T) {
	for what, c := range map[string]topicCase{
		"partitions added": {nothing, func(b *broker) {
			if _, err := b.UpdatePartitions(b.t.Context(), 5, "Orders"); err != nil {
				b.t.Fatal(err)
			}
		}, []string{"update topic Orders: partition_count 3 → 5"}},
		"retention":            {nothing, func(b *broker) { b.set("Orders", "retention.ms", "90061500") }, []string{"update topic Orders: retention_period 1 hour → 1 day 1 hour 1 minute 1 second 500 milliseconds"}},
		"retention unlimited":  {nothing, func(b *broker) { b.set("Orders", "retention.ms", "-1") }, []string{"update topic Orders: retention_period 1 hour → unlimited"}},
		"retention taken away": {nothing, func(b *broker) { b.set("Orders", "retention.ms", "") }, []string{"update topic Orders: retention_period 1 hour → 7 days (the broker's default)"}},
		"message size":         {nothing, func(b *broker) { b.set("Orders", "max.message.bytes", "4096") }, []string{"update topic Orders: max_message_bytes 1048576 bytes → 4096 bytes"}},
		"message size taken away": {
			nothing, func(b *broker) { b.set("Orders", "max.message.bytes", "") },
			[]string{"update topic Orders: max_message_bytes 1048576 bytes → 1048588 bytes (the broker's default)"},
		},
		"compacted":             {nothing, func(b *broker) { b.set("Orders", "cleanup.policy", "compact") }, []string{"update topic Orders: cleanup_policy the broker's default → compact"}},
		"compacted and deleted": {nothing, func(b *broker) { b.set("Orders", "cleanup.policy", "compact,delete") }, []string{"update topic Orders: cleanup_policy the broker's default → compact,delete"}},
		"deleted":               {nothing, func(b *broker) { b.remove("Orders") }, []string{"remove topic Orders"}},
		"deleted, with version and namespace": {func(b *broker) {
			b.settings.Namespace = "shop"
			b.topic("Orders", version("1.2"))
		}, func(b *broker) { b.remove("shop.Orders_1_2") }, []string{"remove topic Orders"}},
		"deleted, externally managed": {func(b *broker) { b.topic("Orders", life(inframap.ExternallyManaged)) }, func(b *broker) { b.remove("Orders") }, []string{"remove topic Orders"}},
		"changed, protected from deletion": {
			func(b *broker) { b.topic("Orders", life(inframap.DeletionProtected)) }, func(b *broker) { b.set("Orders", "retention.ms", "1000") },
			[]string{"update topic Orders: retention_period 1 hour → 1 second"},
		},
		"made anew by hand": {func(b *broker) { b.settings.ReplicationFactor = 2 }, func(b *broker) {
			b.remove("Orders")
			b.create("Orders", 1, 3, map[string]string{"cleanup.policy": "compact"})
		}, []string{"update topic Orders: partition_count 3 → 1, replication_factor 2 → 3, retention_period 1 hour → 7 days (the broker's default), " +
			"max_message_bytes 1048576 bytes → 1048588 bytes (the broker's default), cleanup_policy the broker's default → compact"}},
		"copies": {func(b *broker) { b.settings.ReplicationFactor = 3 }, func(b *broker) {
			b.remove("Orders")
			b.create("Orders", 3, 1, map[string]string{"retention.ms": "3600000", "max.message.bytes": "1048576"})
		}, []string{"update topic Orders: replication_factor 3 → 1"}},
		"in another namespace": {func(b *broker) { b.settings.Namespace = "shop" }, func(b *broker) { b.settings.Namespace = "other" }, []string{"remove topic Orders"}},
		"two of three": {func(b *broker) { b.topic("A", life(inframap.FullyManaged)); b.topic("Z", life(inframap.FullyManaged)) }, func(b *broker) {
			b.remove("Z")
			b.set("A", "retention.ms", "60000")
		}, []string{"update topic A: retention_period 1 hour → 1 minute", "remove topic Z"}},
	} {
		t.Run(what, func(t *testing.T) { c.run(t) })
	}
}

func TestTopicDriftThatMustStaySilent(t *testing.T) {
	for what, c := range map[string]topicCase{
		"right after Moose made it": {nothing, nothing, nil},
		"with a version":            {func(b *broker) { b.topic("Orders", version("0.1")) }, nothing, nil},
		"in a namespace":            {func(b *broker) { b.settings.Namespace = "shop" }, nothing, nil},
		"three copies":              {func(b *broker) { b.settings.ReplicationFactor = 3 }, nothing, nil},
		"a fraction of a second": {func(b *broker) {
			b.topic("T", func(t *inframap.Topic) { t.RetentionPeriod = inframap.Duration{Secs: 1, Nanos: 5e8} })
		}, nothing, nil},
		"the broker's default is meant": {func(b *broker) { b.topic("Orders", func(t *inframap.Topic) { t.RetentionPeriod.Secs = 604800 }) }, func(b *broker) { b.set("Orders", "retention.ms", "") }, nil},
		"set to what it is": {nothing, func(b *broker) {
			b.set("Orders", "cleanup.policy", "delete")
			b.set("Orders", "retention.ms", "3600000")
		}, nil},
		"a configuration that Moose does not know": {nothing, func(b *broker) {
			b.set("Orders", "retention.bytes", "1000000")
			b.set("Orders", "compression.type", "gzip")
		}, nil},
		"externally managed": {func(b *broker) { b.topic("Orders", life(inframap.ExternallyManaged)) }, func(b *broker) {
			b.remove("Orders")
			b.create("Orders", 9, 2, map[string]string{"retention.ms": "-1", "cleanup.policy": "compact"})
		}, nil},
		"changed and changed back": {nothing, func(b *broker) { b.set("Orders", "retention.ms", "1"); b.set("Orders", "retention.ms", "3600000") }, nil},
		"messages in it": {nothing, func(b *broker) {
			client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(b.settings.Broker, ",")...))
			if err != nil {
				b.t.Fatal(err)
			}
			defer client.Close()
			if err := client.ProduceSync(b.t.Context(), &kgo.Record{Topic: "Orders", Value: []byte("x")}).FirstErr(); err != nil {
				b.t.Fatal(err)
			}
		}, nil},
		"topics beside it": {nothing, func(b *broker) { b.create("Orders_copy", 1, 1, nil); b.create("__internal", 1, 1, nil) }, nil},
	} {
		t.Run(what, func(t *testing.T) { c.run(t) })
	}
}

func (c topicCase) run(t *testing.T) {
	b := newBroker(t)
	c.before(b)
	b.deploy()
	c.after(b)
	expect(t, b.session(), b.recorded, c.want...)
}

func TestUnmanagedTopics(t *testing.T) {
	for namespace, want := range map[string][]string{"shop": {"shop.Foreign"}, "": {"Foreign", "shop.Foreign", "shop.Orders"}} {
		b := newBroker(t)
		b.settings.Namespace = namespace
		b.deploy()
		for _, name := range []string{"Foreign", "shop.Foreign", "shop.Orders", "__consumer_offsets", "_schemas", "_redpanda.audit_log"} {
			if b.recorded.Topics["Orders"].BrokerName(namespace) != name {
				b.create(name, 1, 1, nil)
			}
		}
		state, err := b.session().Streams(t.Context(), b.recorded)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(state.UnmanagedTopics, want) || len(state.Drift) > 0 {
			t.Errorf("namespace %q: unmanaged %v, want %v; drift %v", namespace, state.UnmanagedTopics, want, lines(state.Drift))
		}
	}
}

func TestAWrongPasswordIsToldWithoutIt(t *testing.T) {
	cluster := testparts.Kafka(t, kfake.EnableSASL(), kfake.Superuser("PLAIN", "app", "right"))
	b := newBroker(t)
	b.settings.Broker = strings.Join(cluster.ListenAddrs(), ",")
	b.settings.SecurityProtocol, b.settings.SASLMechanism = "SASL_PLAINTEXT", "PLAIN"
	b.settings.SASLUsername, b.settings.SASLPassword = "app", config.NewSecret("wr0ng-s3cr3t")
	_, err := b.session().StreamDrift(t.Context(), b.recorded)
	if err == nil || !strings.Contains(err.Error(), "refused the user or the password") || strings.Contains(err.Error(), "wr0ng-s3cr3t") {
		t.Errorf("error: %v", err)
	}
	b.settings.SASLPassword = config.NewSecret("right")
	expect(t, b.session(), b.recorded, "remove topic Orders")
}
