package testparts

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Kafka starts a cluster for this test alone that speaks the Kafka API, inside
// this process: three brokers without any topic, unless the options say
// otherwise.
func Kafka(t testing.TB, options ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	cluster, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(3)}, options...)...)
	if err != nil {
		t.Fatalf("starting the Kafka API: %v", err)
	}
	t.Cleanup(cluster.Close)
	return cluster
}
