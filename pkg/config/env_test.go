package config

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

func TestEnvironmentOverrides(t *testing.T) {
	p := mustLoad(t, map[string]string{FileName: "language = 'Typescript'\n[clickhouse_config]\nhost = 'file'\n"}, map[string]string{
		"MOOSE_CLICKHOUSE_CONFIG__HOST":         "env",
		"moose_clickhouse_config__db_name":      "lower",
		"MOOSE_Clickhouse_Config__Host_Port":    "1234",
		"MOOSE_HTTP_SERVER_CONFIG__API_WORKERS": "7",
		"MOOSE_FEATURES__DDL_PLAN":              "true",
		"MOOSE_FEATURES__OLAP":                  "FALSE",
		"MOOSE_STATE_CONFIG__STORAGE":           "clickhouse",
		"MOOSE_LANGUAGE":                        "Python",
		"MOOSE_KAFKA_CONFIG__RETENTION_MS":      "99",
		"MOOSE_JWT__ISSUER":                     "me",
		"MOOSE_DEV__REMOTE_CLICKHOUSE__HOST":    "rc",
		"MOOSE_REDIS_CONFIG__URL":               "redis://r",
		"MOOSE_":                                "x",
	})
	if p.ClickHouse.Host != "env" || p.ClickHouse.DBName != "lower" || p.ClickHouse.HostPort != 1234 ||
		*p.HTTPServer.APIWorkers != 7 || !p.Features.DDLPlan || p.Features.OLAP || p.State.Storage != StorageClickHouse ||
		!p.IsPython() || p.Redpanda.RetentionMS != 99 || p.JWT.Issuer != "me" || p.Redis.URL.Reveal() != "redis://r" ||
		p.Dev.RemoteClickHouse.Host != "rc" || *p.Dev.RemoteClickHouse.Port != 8443 {
		t.Errorf("settings %+v", p.Settings)
	}
	if len(p.Warnings) != 0 {
		t.Errorf("warnings %v", p.Warnings)
	}
}

func TestEnvironmentErrors(t *testing.T) {
	for name, want := range map[string]string{
		"MOOSE_HTTP_SERVER_CONFIG__PORT":                  "a number from 0 to 65535",
		"MOOSE_FEATURES__OLAP":                            "true or false",
		"MOOSE_REDPANDA_CONFIG__RETENTION_MS":             "a whole number",
		"MOOSE_HTTP_SERVER_CONFIG__API_WORKERS":           "a whole number",
		"MOOSE_DEV__REMOTE_CLICKHOUSE__PORT":              "a number from 0 to 65535",
		"MOOSE_HTTP_SERVER_CONFIG__PROXY_PORT":            "a number from 0 to 65535",
		"MOOSE_HTTP_SERVER_CONFIG__MANAGEMENT_PORT":       "a number from 0 to 65535",
		"MOOSE_TEMPORAL_CONFIG__DB_PORT":                  "a number from 0 to 65535",
		"MOOSE_REDPANDA_CONFIG__REPLICATION_FACTOR":       "a whole number",
		"MOOSE_JWT__ENFORCE_ON_ALL_INGEST_APIS":           "true or false",
		"MOOSE_REDPANDA_CONFIG__MESSAGE_TIMEOUT_MS":       "a whole number",
		"MOOSE_DEV__REMOTE_CLICKHOUSE__USE_SSL":           "true or false",
		"MOOSE_HTTP_SERVER_CONFIG__MAX_REQUEST_BODY_SIZE": "a whole number",
	} {
		_, err := load(t, map[string]string{FileName: minimal}, map[string]string{name: "s3cr3tword"})
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := load(t, map[string]string{FileName: minimal}, map[string]string{"MOOSE_STATE_CONFIG__STORAGE": "s3"})
	if err == nil || !strings.Contains(err.Error(), `MOOSE_STATE_CONFIG__STORAGE: storage "s3" is not known; use "redis" or "clickhouse"`) {
		t.Errorf("storage: %v", err)
	}
}

func TestDotenvPrecedence(t *testing.T) {
	files := map[string]string{
		FileName:     minimal,
		".env":       "A=env\nB=env\nC=env\nD=env\nexport Q=\"two words\" # note\n",
		".env.dev":   "B=dev\nC=dev\nD=dev\n",
		".env.prod":  "B=prod\nC=prod\nD=prod\n",
		".env.local": "C=local\nD=local\nMOOSE_CLICKHOUSE_CONFIG__URL=https://u:p@h:8443/d\n",
	}
	dir := project(t, files)
	for _, tt := range []struct {
		mode Mode
		want string
	}{{Development, "env dev local real"}, {Production, "env prod prod real"}} {
		p, err := Load(t.Context(), Options{Dir: dir, Mode: tt.mode, Environ: map[string]string{"D": "real"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join([]string{p.Getenv("A"), p.Getenv("B"), p.Getenv("C"), p.Getenv("D")}, " "); got != tt.want {
			t.Errorf("mode %d: %s, want %s", tt.mode, got, tt.want)
		}
		if p.Getenv("Q") != "two words" {
			t.Errorf("quoted value %q", p.Getenv("Q"))
		}
		c, source, err := p.ClickHouseURL("")
		if err != nil {
			t.Fatal(err)
		}
		if fromFile := source == dsn.FromEnvironment && c.Host() == "h"; fromFile != (tt.mode == Development) {
			t.Errorf("mode %d: connection %s from %s", tt.mode, c, source)
		}
	}
}

func TestDotenvEmptyRealValueStays(t *testing.T) {
	p := mustLoad(t, map[string]string{FileName: minimal, ".env": "A=file\n"}, map[string]string{"A": ""})
	if v, ok := p.Environ()["A"]; !ok || v != "" {
		t.Errorf("A = %q, %v", v, ok)
	}
}

func TestDotenvErrors(t *testing.T) {
	for doc, line := range map[string]string{
		"A=1\nB-B=s3cr3tword\nC=1\n":    ".env:2: ",
		"A=1\n\nPASS=\"s3cr3tword\nX=1": ".env:3: ",
		"s3cr3tword":                    ".env:1: ",
	} {
		_, err := load(t, map[string]string{FileName: minimal, ".env": doc}, nil)
		if err == nil || !strings.Contains(err.Error(), line) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%q: %v", doc, err)
		}
	}
}

func TestEnvironMap(t *testing.T) {
	env := EnvironMap([]string{"A=1", "B=x=y", "A=2", "=C:=x", "bare"})
	if env["A"] != "2" || env["B"] != "x=y" || len(env) != 2 {
		t.Errorf("%v", env)
	}
	t.Setenv("CONFIG_TEST_VALUE", "v")
	if OSEnviron()["CONFIG_TEST_VALUE"] != "v" {
		t.Error("OSEnviron misses a variable")
	}
}
