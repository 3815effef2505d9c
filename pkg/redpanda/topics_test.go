package redpanda_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/moose-migrate/moose-migrate/internal/testparts"
	"github.com/moose-migrate/moose-migrate/pkg/redpanda"
)

func TestTopicsAsTheBrokersHaveThem(t *testing.T) {
	cluster := testparts.Kafka(t)
	a := admin(t, cluster)
	create(t, a, "Plain", 4, 1, nil)
	create(t, a, "Set", 2, 3, map[string]string{"retention.ms": "3600000", "max.message.bytes": "2048", "cleanup.policy": "compact"})
	create(t, a, "AsDefault", 1, 2, map[string]string{"retention.ms": "604800000", "cleanup.policy": "delete"})
	got, err := open(t, redpanda.Options{Brokers: brokers(cluster)}).Topics(t.Context(), []string{"Set", "Plain", "AsDefault", "Missing", "Set"})
	if err != nil {
		t.Fatal(err)
	}
	standard := map[string]string{"retention.ms": "604800000", "max.message.bytes": "1048588", "cleanup.policy": "delete"}
	want := map[string]redpanda.Topic{
		"Plain": {Name: "Plain", Partitions: 4, Replication: 1, Configs: standard},
		"Set": {
			Name: "Set", Partitions: 2, Replication: 3,
			Configs:    map[string]string{"retention.ms": "3600000", "max.message.bytes": "2048", "cleanup.policy": "compact"},
			NotDefault: []string{"cleanup.policy", "max.message.bytes", "retention.ms"},
		},
		"AsDefault": {Name: "AsDefault", Partitions: 1, Replication: 2, Configs: standard},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Redpanda answers so for a topic on which nobody set anything, and old brokers
// do not tell their default.
func TestAValueThatTheTopicIsSaidToSet(t *testing.T) {
	cluster := testparts.Kafka(t)
	create(t, admin(t, cluster), "T", 1, 1, nil)
	cluster.ControlKey(int16(kmsg.DescribeConfigs), func(request kmsg.Request) (kmsg.Response, error, bool) {
		if !request.(*kmsg.DescribeConfigsRequest).IncludeSynonyms {
			t.Error("the defaults are not asked for")
		}
		response := request.ResponseKind().(*kmsg.DescribeConfigsResponse)
		resource := kmsg.NewDescribeConfigsResponseResource()
		resource.ResourceName, resource.ResourceType = "T", kmsg.ConfigResourceTypeTopic
		for name, value := range map[string]string{"cleanup.policy": "delete", "retention.ms": "1"} {
			c := kmsg.NewDescribeConfigsResponseResourceConfig()
			c.Name, c.Value, c.Source = name, &value, kmsg.ConfigSourceDynamicTopicConfig
			resource.Configs = append(resource.Configs, c)
		}
		response.Resources = append(response.Resources, resource)
		return response, nil, true
	})
	got, err := open(t, redpanda.Options{Brokers: brokers(cluster)}).Topics(t.Context(), []string{"T"})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"retention.ms"}, got["T"].NotDefault); d != "" {
		t.Error(d)
	}
}

func TestRoundTripsDoNotGrowWithTheTopics(t *testing.T) {
	cluster := testparts.Kafka(t)
	a := admin(t, cluster)
	var names []string
	for i := range 40 {
		names = append(names, fmt.Sprintf("t%d", i))
		create(t, a, names[i], 1, 1, nil)
	}
	client := open(t, redpanda.Options{Brokers: brokers(cluster)})
	var asked atomic.Int32
	cluster.Control(func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if k := kmsg.Key(request.Key()); k == kmsg.Metadata || k == kmsg.DescribeConfigs {
			asked.Add(1)
		}
		return nil, nil, false
	})
	got, err := client.Topics(t.Context(), names)
	if err != nil || len(got) != len(names) {
		t.Fatalf("%d topics, %v", len(got), err)
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("%d requests for %d topics", n, len(names))
	}
	if got, err := client.Topics(t.Context(), nil); err != nil || len(got) != 0 || asked.Load() != 2 {
		t.Errorf("no names: %v, %v, %d requests", got, err, asked.Load())
	}
}

func TestNamesAreThoseOfTheNamespace(t *testing.T) {
	cluster := testparts.Kafka(t)
	a := admin(t, cluster)
	for _, name := range []string{"shop.B", "shop.A", "shopping.C", "D"} {
		create(t, a, name, 1, 1, nil)
	}
	create(t, a, "shop.kept", 1, 1, map[string]string{"kfake.is_internal": "true"})
	for namespace, want := range map[string][]string{"shop": {"shop.A", "shop.B"}, "": {"D", "shop.A", "shop.B", "shopping.C"}, "none": nil} {
		got, err := open(t, redpanda.Options{Brokers: brokers(cluster), Namespace: namespace}).Names(t.Context())
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v; want %v", namespace, got, err, want)
		}
	}
}

func TestAMissingPermissionIsNotAMissingTopic(t *testing.T) {
	user := func(operations ...kmsg.ACLOperation) redpanda.Options {
		options := []kfake.Opt{kfake.EnableSASL(), kfake.EnableACLs(), kfake.Superuser("PLAIN", "root", "root")}
		var acls []kfake.ACL
		for _, o := range operations {
			acls = append(acls, kfake.ACL{Resource: kmsg.ACLResourceTypeTopic, Name: "shop.T", Pattern: kmsg.ACLResourcePatternTypeLiteral, Operation: o, Allow: true})
		}
		cluster := testparts.Kafka(t, append(options, kfake.User("PLAIN", "reader", password, acls...))...)
		create(t, admin(t, cluster, asSuperuser()), "shop.T", 1, 1, nil)
		return redpanda.Options{
			Brokers: brokers(cluster), SecurityProtocol: "SASL_PLAINTEXT", SASLMechanism: "PLAIN", Username: "reader", Password: password, Namespace: "shop",
		}
	}
	_, err := open(t, user()).Topics(t.Context(), []string{"shop.T"})
	says(t, err, "shop.T", "no permission", "grant Describe on the topic", "shop.")

	_, err = open(t, user(kmsg.ACLOperationDescribe)).Topics(t.Context(), []string{"shop.T"})
	says(t, err, "shop.T", "grant DescribeConfigs on the topic")

	got, err := open(t, user(kmsg.ACLOperationDescribe, kmsg.ACLOperationDescribeConfigs)).Topics(t.Context(), []string{"shop.T"})
	if err != nil || got["shop.T"].Partitions != 1 {
		t.Errorf("with both: %v, %v", got, err)
	}
}

func TestATopicDeletedWhileItIsRead(t *testing.T) {
	cluster := testparts.Kafka(t)
	create(t, admin(t, cluster), "T", 1, 1, nil)
	cluster.ControlKey(int16(kmsg.DescribeConfigs), func(request kmsg.Request) (kmsg.Response, error, bool) {
		response := request.ResponseKind().(*kmsg.DescribeConfigsResponse)
		resource := kmsg.NewDescribeConfigsResponseResource()
		resource.ResourceName, resource.ErrorCode = "T", kerr.UnknownTopicOrPartition.Code
		response.Resources = append(response.Resources, resource)
		return response, nil, true
	})
	got, err := open(t, redpanda.Options{Brokers: brokers(cluster)}).Topics(t.Context(), []string{"T"})
	if err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}
