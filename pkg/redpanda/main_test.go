package redpanda_test

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"

	"github.com/moose-migrate/moose-migrate/pkg/redpanda"
)

const password = "kafka-s3cr3t"

// brokers is the value of broker in moose.config.toml for a cluster.
func brokers(c *kfake.Cluster) string { return strings.Join(c.ListenAddrs(), ",") }

// admin is a client that may do everything.
func admin(t *testing.T, c *kfake.Cluster, options ...kgo.Opt) *kadm.Client {
	t.Helper()
	client, err := kadm.NewOptClient(append([]kgo.Opt{kgo.SeedBrokers(c.ListenAddrs()...)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func asSuperuser() kgo.Opt {
	return kgo.SASL(plain.Auth{User: "root", Pass: "root"}.AsMechanism())
}

func create(t *testing.T, client *kadm.Client, name string, partitions int32, replicas int16, configs map[string]string) {
	t.Helper()
	values := map[string]*string{}
	for k, v := range configs {
		values[k] = &v
	}
	if _, err := client.CreateTopic(t.Context(), partitions, replicas, values, name); err != nil {
		t.Fatalf("creating %s: %v", name, err)
	}
}

func open(t *testing.T, o redpanda.Options) *redpanda.Client {
	t.Helper()
	client, err := redpanda.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// says asserts that an error has the words and no password.
func says(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error lacks %q: %v", w, err)
		}
	}
	if strings.Contains(err.Error(), password) {
		t.Errorf("the error has the password: %v", err)
	}
}
