package redis

import (
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"
)

func TestCommandsNameTheServerWithoutItsPassword(t *testing.T) {
	for url, want := range map[string]string{
		"redis://u:s3cr3t@h:1":             "redis-cli -u redis://h:1 GET x",
		"rediss://u:s3cr3t@h:1/2":          "redis-cli -u rediss://h:1/2 GET x",
		"unix://u:s3cr3t@/run/r.sock?db=3": "redis-cli -s /run/r.sock -n 3 GET x",
	} {
		options, err := goredis.ParseURL(url)
		if err != nil {
			t.Fatal(err)
		}
		store, err := New(goredis.NewClient(options), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := store.cli("GET x"); got != want || strings.Contains(got, "s3cr3t") {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
	cluster, err := New(goredis.NewClusterClient(&goredis.ClusterOptions{Addrs: []string{"h:1"}}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := cluster.cli("GET x"); got != "redis-cli GET x" {
		t.Errorf("a cluster: %q", got)
	}
}
