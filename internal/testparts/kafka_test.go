package testparts

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

func TestKafkaTakesATopic(t *testing.T) {
	admin, err := kadm.NewOptClient(kgo.SeedBrokers(Kafka(t).ListenAddrs()...))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.CreateTopic(t.Context(), 2, 3, nil, "Orders"); err != nil {
		t.Fatal(err)
	}
	topics, err := admin.ListTopics(t.Context())
	if err != nil || len(topics) != 1 || len(topics["Orders"].Partitions) != 2 || topics["Orders"].Partitions.NumReplicas() != 3 {
		t.Errorf("topics: %v, %v", topics, err)
	}
}
