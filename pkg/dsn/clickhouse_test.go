package dsn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"
)

func TestParseClickHouse(t *testing.T) {
	tests := []struct {
		raw    string
		masked string
		warns  int
	}{
		{"clickhouse://u:s3cr3t@h:9000/d", "clickhouse://u:***@h:9000/d", 0},
		{"clickhouse://h", "clickhouse://default@h:9000/default", 0},
		{"tcp://h?secure=true", "clickhouse://default@h:9440/default?secure=true", 0},
		{"native://h?secure", "clickhouse://default@h:9440/default?secure=true", 0},
		{"clickhouse://h:9440/x", "clickhouse://default@h:9440/x?secure=true", 0},
		{"clickhouse://h:9440/x?secure=false", "clickhouse://default@h:9440/x", 1},
		{"clickhouse://u:s3cr3t@h:8123/d", "http://u:***@h:8123/d", 1},
		{"clickhouse://u:s3cr3t@h:8443/d", "https://u:***@h:8443/d", 1},
		{"clickhouse://h:8123?secure=true", "https://default@h:8123/default", 1},
		{"http://h:8123", "http://default@h:8123/default", 0},
		{"https://u:s3cr3t@h:8443/?database=d", "https://u:***@h:8443/d", 0},
		{"http://h/d", "http://default@h:80/d", 1},
		{"https://h/d", "https://default@h:443/d", 1},
		{"http://h:9000", "http://default@h:9000/default", 1},
		{"http://h:8443", "http://default@h:8443/default", 1},
		{"HTTPS://h:8443?secure=true", "https://default@h:8443/default", 0},
		{"clickhouse://h?username=u&password=s3cr3t", "clickhouse://u:***@h:9000/default", 0},
		{"https://h:8443?user=u", "https://u@h:8443/default", 0},
		{"https://h:8443/d?access_token=s3cr3t", "https://default:***@h:8443/d", 0},
		{"clickhouse://a%40b:p%2Fs3cr3t@h:9000/my%2Ddb", "clickhouse://a@b:***@h:9000/my-db", 0},
		{"clickhouse://u:p@s3cr3t@h:9000/d", "clickhouse://u:***@h:9000/d", 0},
		{"clickhouse://[::1]:9000/d", "clickhouse://default@[::1]:9000/d", 0},
		{"clickhouse://[::1]/d", "clickhouse://default@[::1]:9000/d", 0},
		{"clickhouse://h1,h2:9001/d?alt_hosts=h3", "clickhouse://default@h1:9000,h2:9001,h3:9000/d", 0},
		{" clickhouse://h/d\n", "clickhouse://default@h:9000/d", 0},
	}
	for _, tt := range tests {
		t.Run(tt.raw, func(t *testing.T) {
			c, err := ParseClickHouse(tt.raw)
			if err != nil {
				t.Fatal(err)
			}
			if c.Masked() != tt.masked {
				t.Errorf("Masked() = %s, want %s", c.Masked(), tt.masked)
			}
			if len(c.Warnings) != tt.warns {
				t.Errorf("warnings %q, want %d", c.Warnings, tt.warns)
			}
			if opt := c.Options(); !slices.Equal(opt.Addr, c.Addrs) || (opt.TLS != nil) != c.Secure || (opt.Protocol == clickhouse.HTTP) != (c.Protocol == HTTP) {
				t.Errorf("Options() = %v %v tls=%v, want %v %v tls=%v", opt.Protocol, opt.Addr, opt.TLS != nil, c.Protocol, c.Addrs, c.Secure)
			}
		})
	}
}

func TestParseClickHouseErrors(t *testing.T) {
	tests := map[string]string{
		"":                                       "empty",
		"localhost:9000":                         "scheme",
		"mysql://u:s3cr3t@h":                     "not one of clickhouse",
		"clickhouse://":                          "names no host",
		"clickhouse://u:s3cr3t@h:notaport":       "its port is not a number from 1 to 65535",
		"clickhouse://u:s3cr3t@h:70000":          "its port is not a number",
		"clickhouse://u:s3cr3t@h:0":              "its port is not a number",
		"clickhouse://u:12/s3cr3t@h:9000/d":      "@ or # after the host",
		"clickhouse://u:12?s3cr3t@h:9000/d":      "@ or # after the host",
		"clickhouse://u:12#s3cr3t@h:9000/d":      "@ or # after the host",
		"clickhouse://u:1@2/s3cr3t@h:9000/d":     "@ or # after the host",
		"clickhouse://u:s3cr3t%zz@h/d":           "cannot be read as a URL",
		"clickhouse://u:s3cr3t\x01@h/d":          "cannot be read as a URL",
		"clickhouse://h?password=s3cr3t%zz":      "part after ?",
		"clickhouse://h?password=s3cr3t&pass-x=": "no plain name",
		"clickhouse://h/a/b":                     "more than one part",
		"clickhouse://h/a?database=b":            "the database is given twice",
		"clickhouse://u:s3cr3t@h?password=other": "the password is given twice",
		"clickhouse://u:s3cr3t@h?username=v":     "the user is given twice",
		"clickhouse://h?secure=s3cr3t":           "neither true nor false",
		"clickhouse://h?database=a&database=b":   "more than once",
		"http://h:8123?secure=true":              "http together",
		"https://h:8443?secure=false":            "https together",
		"http://h:8123?token=s3cr3t":             "needs TLS",
		"clickhouse://h?dial_timeout=s3cr3t":     "parameter dial_timeout",
		"clickhouse://h?max_open_conns=s3cr3t":   "parameter max_open_conns",
		"clickhouse://h?tls_server_name=x":       "tls_server_name needs",
		"clickhouse://h?http_proxy=%3A%3As3cr3t": "parameter http_proxy",
	}
	for raw, want := range tests {
		_, err := ParseClickHouse(raw)
		if err == nil {
			t.Errorf("%q: no error", raw)
			continue
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %q does not say %q", raw, err, want)
		}
		if strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%q: error %q shows the password", raw, err)
		}
	}
}

func TestClickHouseOptions(t *testing.T) {
	c, err := ParseClickHouse("clickhouse://u:p%40ss@h:9440/d?skip_verify=true&dial_timeout=3s&compress=lz4&max_execution_time=60&connection_open_strategy=round_robin")
	if err != nil {
		t.Fatal(err)
	}
	o := c.Options()
	if diff := cmp.Diff(clickhouse.Auth{Database: "d", Username: "u", Password: "p@ss"}, o.Auth); diff != "" {
		t.Error(diff)
	}
	if o.TLS == nil || !o.TLS.InsecureSkipVerify || !c.SkipVerify {
		t.Error("skip_verify is lost")
	}
	if o.DialTimeout != 3*time.Second || o.Compression.Method != clickhouse.CompressionLZ4 || o.Settings["max_execution_time"] != 60 {
		t.Errorf("options lost: %v %v %v", o.DialTimeout, o.Compression, o.Settings)
	}
	o.Settings["x"] = 1
	if c.Options().Settings["x"] != nil {
		t.Error("Options shares state between calls")
	}
	if got := c.WithDatabase("e").Options().Auth.Database; got != "e" {
		t.Errorf("WithDatabase: %s", got)
	}
	if (ClickHouse{}).Options() == nil || !(ClickHouse{}).IsZero() || (ClickHouse{}).Masked() == "" {
		t.Error("the zero value is not usable")
	}
}

// TestClickHouseSpeaksHTTP sends a real request through clickhouse-go and looks
// at what arrives.
func TestClickHouseSpeaksHTTP(t *testing.T) {
	var user, key, db string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, key, _ = r.BasicAuth()
		if user == "" {
			user, key = r.Header.Get("X-ClickHouse-User"), r.Header.Get("X-ClickHouse-Key")
		}
		db = r.URL.Query().Get("database")
		http.Error(w, "Code: 516. no", http.StatusForbidden)
	}))
	defer srv.Close()
	c, err := ParseClickHouse(strings.Replace(srv.URL, "://", "://ann:p%2Fw@", 1) + "/shop")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := clickhouse.Open(c.Options())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Ping(t.Context()); err == nil {
		t.Error("a refused ping succeeds")
	}
	if user != "ann" || key != "p/w" || db != "shop" {
		t.Errorf("server saw user %q key %q database %q", user, key, db)
	}
	if base, ok := c.HTTPURL(); !ok || base != srv.URL+"/" {
		t.Errorf("HTTPURL = %s %v", base, ok)
	}
}

func TestMaskedEverywhere(t *testing.T) {
	const secret = "s3cr3t-word"
	c, err := ParseClickHouse("https://u:" + secret + "@h:8443/d?http_proxy=http%3A%2F%2Fx%3A" + secret + "%40proxy%3A1")
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParseRedis("rediss://u:" + secret + "@h/1")
	if err != nil {
		t.Fatal(err)
	}
	type hidden struct {
		c ClickHouse
		r Redis
	}
	js, err := json.Marshal(map[string]any{"c": c, "r": r})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "c", c, "r", r)
	out := string(js) + log.String()
	for _, v := range []any{c, &c, r, &r, hidden{c, r}, &hidden{c, r}, []any{c, r}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			out += fmt.Sprintf(verb, v)
		}
	}
	for _, form := range Forms(secret) {
		if strings.Contains(out, form) {
			t.Errorf("a printed form shows the password as %q", form)
		}
	}
	if !strings.Contains(out, "https://u:***@h:8443/d") || !strings.Contains(out, "rediss://u:***@h:6379/1") {
		t.Error("masked forms missing")
	}
	if got := c.Redact("basic dTpzM2NyM3Qtd29yZA== " + secret); strings.Contains(got, "dTpz") || strings.Contains(got, secret) {
		t.Errorf("Redact left %q", got)
	}
}
