package redpanda_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/probe"
	"github.com/moose-migrate/moose-migrate/pkg/redpanda"
)

// fill writes messages to one partition of a topic, each in a batch of its own.
func fill(t *testing.T, c *kfake.Cluster, topic string, partition int32, times ...time.Time) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, at := range times {
		if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: topic, Partition: partition, Value: []byte("x"), Timestamp: at}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}

func commit(t *testing.T, a *kadm.Client, group, topic string, offsets map[int32]int64) {
	t.Helper()
	set := kadm.Offsets{}
	for p, o := range offsets {
		set.AddOffset(topic, p, o, -1)
	}
	if err := a.CommitAllOffsets(t.Context(), group, set); err != nil {
		t.Fatal(err)
	}
}

func TestWhatTopicsHold(t *testing.T) {
	cluster := testparts.Kafka(t)
	a := admin(t, cluster)
	create(t, a, "shop.Orders", 2, 3, nil)
	create(t, a, "shop.Empty", 1, 1, nil)
	create(t, a, "Orders", 1, 1, nil) // of another namespace
	at := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	fill(t, cluster, "shop.Orders", 0, at, at.Add(day), at.Add(2*day), at.Add(3*day))
	fill(t, cluster, "shop.Orders", 1, at.Add(day), at.Add(4*day))
	fill(t, cluster, "Orders", 0, at)
	// The first message is deleted; offsets still count from it.
	if _, err := a.DeleteRecords(t.Context(), kadm.Offsets{"shop.Orders": {0: {Topic: "shop.Orders", At: 1}}}); err != nil {
		t.Fatal(err)
	}
	commit(t, a, "billing", "shop.Orders", map[int32]int64{0: 2, 1: 2})
	commit(t, a, "late", "shop.Orders", map[int32]int64{0: 0})
	commit(t, a, "elsewhere", "Orders", map[int32]int64{0: 1})
	got, err := open(t, redpanda.Options{Brokers: brokers(cluster), Namespace: "shop"}).Streams(t.Context(), []probe.StreamQuestion{
		{Topic: "Orders", OlderThan: at.Add(2*day + time.Hour)}, {Topic: "Empty", OlderThan: at}, {Topic: "Missing"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, s := range got {
		if s.Bytes == nil || (*s.Bytes == 0) != (s.Messages == 0) {
			t.Errorf("%s: bytes %v", id, s.Bytes)
		}
		s.Bytes = nil
		got[id] = s
	}
	want := map[string]probe.Stream{
		"Orders": {
			Partitions: 2, Messages: 5, Oldest: at.Add(day), Older: 3,
			Groups: []probe.Group{{Name: "billing", Unread: 2, OlderUnread: 1}, {Name: "late", Unread: 5, OlderUnread: 3}},
		},
		"Empty": {Partitions: 1},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	topics, err := a.ListTopics(t.Context())
	if err != nil || topics.Has("shop.Missing") {
		t.Errorf("asking for a topic made it: %v", err)
	}
}

func TestStreamsOnlyRead(t *testing.T) {
	cluster := testparts.Kafka(t)
	a := admin(t, cluster)
	var asked []probe.StreamQuestion
	for i := range 30 {
		id := fmt.Sprintf("t%d", i)
		create(t, a, id, 1, 1, nil)
		asked = append(asked, probe.StreamQuestion{Topic: id, OlderThan: time.Now()})
	}
	commit(t, a, "g", "t0", map[int32]int64{0: 0})
	client := open(t, redpanda.Options{Brokers: brokers(cluster)})
	reads := map[kmsg.Key]bool{
		kmsg.Metadata: true, kmsg.ListOffsets: true, kmsg.ListGroups: true, kmsg.OffsetFetch: true, kmsg.FindCoordinator: true,
		kmsg.DescribeLogDirs: true, kmsg.DescribeCluster: true, kmsg.ApiVersions: true,
	}
	var requests atomic.Int32
	cluster.Control(func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		requests.Add(1)
		if !reads[kmsg.Key(request.Key())] {
			t.Errorf("the client sent a %s", kmsg.NameForKey(request.Key()))
		}
		if m, ok := request.(*kmsg.MetadataRequest); ok && m.AllowAutoTopicCreation {
			t.Error("the client lets the brokers make topics")
		}
		return nil, nil, false
	})
	got, err := client.Streams(t.Context(), asked)
	if err != nil || len(got) != len(asked) {
		t.Fatalf("%d topics, %v", len(got), err)
	}
	if n := requests.Load(); n > 100 { // four questions for each topic would be more
		t.Errorf("%d requests for %d topics", n, len(asked))
	}
}

func TestStreamsWithoutAllPermissions(t *testing.T) {
	allow := func(kind kmsg.ACLResourceType, name string, operation kmsg.ACLOperation) kfake.ACL {
		return kfake.ACL{Resource: kind, Name: name, Pattern: kmsg.ACLResourcePatternTypeLiteral, Operation: operation, Allow: true}
	}
	cluster := testparts.Kafka(t, kfake.EnableSASL(), kfake.EnableACLs(), kfake.Superuser("PLAIN", "root", "root"),
		kfake.User("PLAIN", "reader", password, allow(kmsg.ACLResourceTypeTopic, "T", kmsg.ACLOperationDescribe)))
	a := admin(t, cluster, asSuperuser())
	create(t, a, "T", 1, 1, nil)
	commit(t, a, "secret", "T", map[int32]int64{0: 0})
	got, err := open(t, redpanda.Options{
		Brokers: brokers(cluster), SecurityProtocol: "SASL_PLAINTEXT", SASLMechanism: "PLAIN", Username: "reader", Password: password,
	}).Streams(t.Context(), []probe.StreamQuestion{{Topic: "T"}})
	if err != nil {
		t.Fatal(err)
	}
	s := got["T"]
	if s.Bytes != nil || len(s.Groups) != 0 {
		t.Errorf("%+v", s)
	}
	// A group that is not shown may have unread messages.
	says(t, s.GroupsErr, "the user may not see all of them", "grant Describe on the cluster")
	_, err = open(t, redpanda.Options{
		Brokers: brokers(cluster), SecurityProtocol: "SASL_PLAINTEXT", SASLMechanism: "PLAIN", Username: "reader", Password: password,
	}).Streams(t.Context(), []probe.StreamQuestion{{Topic: strings.Repeat("U", 3)}})
	says(t, err, "UUU", "grant Describe")
}
