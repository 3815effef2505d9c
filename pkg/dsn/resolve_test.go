package dsn

import (
	"strings"
	"testing"
)

func TestResolveClickHouse(t *testing.T) {
	project := &ClickHouseSettings{Host: "localhost", Port: 18123, User: "panda", Password: "p@/#ss", Database: "my/db"}
	env := func(name string) string {
		if name == EnvClickHouse {
			return "https://env:s3cr3t@e:8443/d"
		}
		return ""
	}
	none := func(string) string { return "" }
	tests := []struct {
		name     string
		flag     string
		env      func(string) string
		settings *ClickHouseSettings
		want     string
		source   Source
	}{
		{"flag wins", "clickhouse://f/d", env, project, "clickhouse://default@f:9000/d", FromFlag},
		{"environment before project", "", env, project, "https://env:***@e:8443/d", FromEnvironment},
		{"project", "", none, project, "http://panda:***@localhost:18123/my%2Fdb", FromConfig},
		{"project with TLS", "", nil, &ClickHouseSettings{Host: "::1", Port: 8443, Secure: true}, "https://default@[::1]:8443/default", FromConfig},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, source, err := ResolveClickHouse(tt.flag, tt.env, tt.settings)
			if err != nil {
				t.Fatal(err)
			}
			if c.Masked() != tt.want || source != tt.source {
				t.Errorf("got %s from %s, want %s from %s", c.Masked(), source, tt.want, tt.source)
			}
		})
	}
	c, _, err := ResolveClickHouse("", nil, project)
	if err != nil {
		t.Fatal(err)
	}
	if a := c.Options().Auth; a.Password != "p@/#ss" || a.Database != "my/db" {
		t.Error("password or database of the project is changed on the way")
	}
	if _, _, err := ResolveClickHouse("", none, nil); err == nil || !strings.Contains(err.Error(), "--clickhouse-url or set "+EnvClickHouse) {
		t.Errorf("nothing given: %v", err)
	}
	if _, _, err := ResolveClickHouse("mysql://u:s3cr3t@h", none, nil); err == nil || !strings.HasPrefix(err.Error(), "--clickhouse-url: its scheme") || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("bad flag: %v", err)
	}
	if _, _, err := ResolveClickHouse("", none, &ClickHouseSettings{}); err == nil || !strings.Contains(err.Error(), "[clickhouse_config]") {
		t.Errorf("empty section: %v", err)
	}
}

func TestResolveRedis(t *testing.T) {
	env := func(name string) string { return map[string]string{EnvRedis: "redis://e"}[name] }
	for _, tt := range []struct {
		flag    string
		env     func(string) string
		project string
		want    string
	}{
		{"redis://f", env, "redis://p", "redis://f:6379/0"},
		{"", env, "redis://p", "redis://e:6379/0"},
		{"", nil, "redis://p", "redis://p:6379/0"},
	} {
		r, _, err := ResolveRedis(tt.flag, tt.env, tt.project)
		if err != nil || r.Masked() != tt.want {
			t.Errorf("%+v: got %v, %v", tt, r, err)
		}
	}
	if _, _, err := ResolveRedis("", nil, ""); err == nil || !strings.Contains(err.Error(), "--redis-url") {
		t.Errorf("nothing given: %v", err)
	}
}
