package dsn

import (
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

func TestParseRedis(t *testing.T) {
	tests := []struct{ raw, masked string }{
		{"redis://127.0.0.1:6379", "redis://127.0.0.1:6379/0"},
		{"redis://", "redis://localhost:6379/0"},
		{"redis://u:s3cr3t@h/2", "redis://u:***@h:6379/2"},
		{"redis://:s3cr3t@h:1?db=3", "redis://:***@h:1/3"},
		{"REDISS://u@h", "rediss://u@h:6379/0"},
		{"redis://[::1]", "redis://[::1]:6379/0"},
		{"unix://u:s3cr3t@/run/redis.sock?db=1", "unix://u:***@/run/redis.sock?db=1"},
		{"redis://u:p%2Fs3cr3t@h", "redis://u:***@h:6379/0"},
	}
	for _, tt := range tests {
		r, err := ParseRedis(tt.raw)
		if err != nil {
			t.Errorf("%s: %v", tt.raw, err)
			continue
		}
		if r.Masked() != tt.masked {
			t.Errorf("%s: Masked() = %s, want %s", tt.raw, r.Masked(), tt.masked)
		}
		if opt := r.Options(); opt.Addr != r.Addr || opt.DB != r.DB || (opt.TLSConfig != nil) != r.Secure {
			t.Errorf("%s: Options() = %s/%d", tt.raw, opt.Addr, opt.DB)
		}
	}
}

func TestParseRedisErrors(t *testing.T) {
	tests := map[string]string{
		"":                               "empty",
		"h:6379":                         "scheme",
		"http://u:s3cr3t@h":              "not one of redis",
		"redis://u:s3cr3t@h:port":        "its port is not a number",
		"redis://u:12/s3cr3t@h":          "@ or # after the host",
		"redis://u:s3cr3t@h/x":           "not a database number",
		"redis://u:s3cr3t@h/-1":          "not a database number",
		"redis://h?db=-1":                "negative",
		"redis://h?password=s3cr3t":      "looks like a credential",
		"redis://u:s3cr3t@h?unknown=1":   "does not accept",
		"redis://h?dial_timeout=s3cr3t":  "does not accept",
		"unix://u:s3cr3t@":               "names no socket",
		"redis://u:s3cr3t%zz@h":          "cannot be read as a URL",
		"redis://u:s3cr3t@h?db=s3cr3tzz": "does not accept",
	}
	for raw, want := range tests {
		_, err := ParseRedis(raw)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v does not say %q", raw, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%q: error %q shows the password", raw, err)
		}
	}
}

func TestRedisConnects(t *testing.T) {
	srv := miniredis.RunT(t)
	srv.RequireUserAuth("ann", "p@s/s")
	r, err := ParseRedis("redis://ann:p%40s%2Fs@" + srv.Addr() + "/5?dial_timeout=2s")
	if err != nil {
		t.Fatal(err)
	}
	opt := r.Options()
	if opt.DialTimeout != 2*time.Second {
		t.Errorf("dial timeout %s", opt.DialTimeout)
	}
	client := redis.NewClient(opt)
	defer client.Close()
	if err := client.Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if got, err := srv.DB(5).Get("k"); err != nil || got != "v" {
		t.Errorf("database 5 holds %q, %v", got, err)
	}
}
