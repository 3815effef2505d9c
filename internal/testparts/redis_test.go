package testparts

import (
	"testing"

	"github.com/redis/go-redis/v9"
)

func TestRedisAnswersAtItsURL(t *testing.T) {
	server := Redis(t)
	options, err := redis.ParseURL(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	if err := client.Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if got, err := client.Get(t.Context(), "k").Result(); err != nil || got != "v" {
		t.Errorf("read back %q, %v", got, err)
	}
}
