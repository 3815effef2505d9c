package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/moose-migrate/moose-migrate/pkg/dsn"
)

const minimal = "language = \"Typescript\"\n[clickhouse_config]\n[http_server_config]\n"

func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, files, env map[string]string) (*Project, error) {
	t.Helper()
	return Load(t.Context(), Options{Dir: project(t, files), Environ: env})
}

func mustLoad(t *testing.T, files, env map[string]string) *Project {
	t.Helper()
	p, err := load(t, files, env)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDefaults(t *testing.T) {
	p := mustLoad(t, map[string]string{FileName: minimal}, nil)
	want := Defaults()
	want.Language = TypeScript
	if diff := cmp.Diff(want, p.Settings); diff != "" {
		t.Error(diff)
	}
	if len(p.Warnings) != 0 {
		t.Errorf("warnings: %v", p.Warnings)
	}
	if p.MainFile() != filepath.Join(p.Dir, "app", "index.ts") || !p.IsTypeScript() || !p.InfraLoaded() {
		t.Errorf("main file %s", p.MainFile())
	}
}

// TestRealProjects reads configurations that Moose itself wrote.
func TestRealProjects(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/*/*/" + FileName)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no project in testdata: %v", err)
	}
	for _, path := range paths {
		p, err := Load(t.Context(), Options{Dir: filepath.Dir(path)})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if len(p.Warnings) > 0 {
			t.Errorf("%s: a key Moose writes is not known: %v", path, p.Warnings)
		}
	}
}

func TestEveryKey(t *testing.T) {
	p := mustLoad(t, map[string]string{FileName: `
language = "python"
source_dir = "src"
load_infra = false
[redpanda_config]
broker = "b:1"
message_timeout_ms = 1
retention_ms = 5000000000
replication_factor = 3
sasl_username = "u"
sasl_password = "p"
sasl_mechanism = "SCRAM-SHA-256"
security_protocol = "SASL_SSL"
namespace = "ns"
schema_registry_url = "http://r"
[clickhouse_config]
db_name = "d"
user = "u"
password = "p"
use_ssl = true
host = "h"
host_port = 8443
native_port = 9440
host_data_path = "/x"
additional_databases = ["e", "d", "e"]
[[clickhouse_config.clusters]]
name = "c1"
[[clickhouse_config.clusters]]
name = "c2"
[http_server_config]
host = "0.0.0.0"
port = 1
management_port = 2
proxy_port = 3
path_prefix = "/p"
max_request_body_size = 4
on_reload_complete_script = "a"
on_first_start_script = "b"
api_workers = 5
[redis_config]
url = "redis://r:1"
key_prefix = "K"
last_key_prefix = "L"
[git_config]
main_branch_name = "trunk"
[temporal_config]
temporal_host = "t"
temporal_scheme = "https"
api_key = "k"
client_cert = "c"
[state_config]
storage = "clickhouse"
[migration_config]
ignore_operations = ["ModifyTableTtl", "ModifyColumnTtl", "ModifyPartitionBy", "IgnoreStringLowCardinalityDifferences"]
[supported_old_versions]
"0.1" = "old"
[jwt]
enforce_on_all_consumptions_apis = true
enforce_on_all_ingest_apis = true
secret = "s"
issuer = "i"
audience = "a"
[authentication]
admin_api_key = "k"
[features]
streaming_engine = false
workflows = true
olap = false
ddl_plan = true
apis = false
[typescript_config]
package_manager = "pnpm"
[docker_config]
custom_dockerfile = true
dockerfile_path = "D"
[watcher_config]
ignore_patterns = ["*.x"]
[dev.externally_managed.tables]
create_local_mirrors = true
sample_size = 9
refresh_on_startup = true
[dev.remote_clickhouse]
host = "rc"
database = "rd"
use_ssl = false
`}, nil)
	if len(p.Warnings) != 0 {
		t.Fatalf("unknown keys: %v", p.Warnings)
	}
	want := Defaults()
	want.Language, want.SourceDir, want.LoadInfra = Python, "src", new(false)
	want.Redpanda = Redpanda{"b:1", 1, 5000000000, 3, "u", NewSecret("p"), "SCRAM-SHA-256", "SASL_SSL", "ns", NewSecret("http://r")}
	want.ClickHouse = ClickHouse{"d", "u", NewSecret("p"), true, "h", 8443, 9440, "/x", []string{"e", "d", "e"}, []Cluster{{"c1"}, {"c2"}}}
	want.HTTPServer = HTTPServer{"0.0.0.0", 1, 2, 3, "/p", 4, "a", "b", new(5)}
	want.Redis.URL, want.Redis.KeyPrefix, want.Redis.LastKeyPrefix = NewSecret("redis://r:1"), "K", "L"
	want.Git.MainBranchName = "trunk"
	want.Temporal.Host, want.Temporal.Scheme, want.Temporal.APIKey, want.Temporal.ClientCert = "t", "https", NewSecret("k"), "c"
	want.State.Storage = StorageClickHouse
	want.Migration.IgnoreOperations = []IgnoreOperation{IgnoreModifyTableTTL, IgnoreModifyColumnTTL, IgnoreModifyPartitionBy, IgnoreStringLowCardinality}
	want.OldVersions = Versions{"0.1": "old"}
	want.JWT = &JWT{true, true, NewSecret("s"), "i", "a"}
	want.Authentication.AdminAPIKey = NewSecret("k")
	want.Features = Features{Workflows: true, DDLPlan: true}
	want.TypeScript.PackageManager = PNPM
	want.Docker = Docker{true, "D"}
	want.Watcher.IgnorePatterns = []string{"*.x"}
	want.Dev.ExternallyManaged.Tables = ExternalTables{true, 9, true}
	want.Dev.RemoteClickHouse = &RemoteClickHouse{Protocol: "http", Host: "rc", Port: new(uint16(8123)), Database: "rd", UseSSL: new(false)}
	if diff := cmp.Diff(want, p.Settings); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"d", "e"}, p.Databases()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"c1", "c2"}, p.ClusterNames()); diff != "" {
		t.Error(diff)
	}
	if p.MainFile() != filepath.Join(p.Dir, "src", "main.py") || !p.Ignores(IgnoreModifyColumnTTL) || p.InfraLoaded() {
		t.Errorf("main file %s", p.MainFile())
	}
}

func TestFileNames(t *testing.T) {
	p := mustLoad(t, map[string]string{OldFileName: minimal}, nil)
	if filepath.Base(p.File) != OldFileName {
		t.Errorf("read %s", p.File)
	}
	p = mustLoad(t, map[string]string{OldFileName: "broken", FileName: "\ufeff" + strings.ReplaceAll(minimal, "\n", "\r\n")}, nil)
	if filepath.Base(p.File) != FileName {
		t.Errorf("read %s", p.File)
	}
	dir := t.TempDir()
	_, err := Load(t.Context(), Options{Dir: dir})
	if !errors.Is(err, ErrNoProject) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "moose init") {
		t.Errorf("no project: %v", err)
	}
	parent := mustLoad(t, map[string]string{FileName: minimal}, nil).Dir
	below := filepath.Join(parent, "app", "views")
	if err := os.MkdirAll(below, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(t.Context(), Options{Dir: below}); !errors.Is(err, ErrNoProject) || !strings.Contains(err.Error(), "use -C "+parent) {
		t.Errorf("below a project: %v", err)
	}
	if err := os.Mkdir(filepath.Join(dir, FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder in place of the file: %v", err)
	}
}

func TestWarnings(t *testing.T) {
	p := mustLoad(t, map[string]string{FileName: minimal + "prot = 1\n[telemetry]\nenabled = true\n[redis_config]\nurl = \"redis://x\"\nhostname = \"y\"\n"},
		map[string]string{"MOOSE_CLICKHOUSE_CONFIG__HOSTT": "x", "MOOSE_TELEMETRY__ENABLED": "false", "MOOSE_ADMIN_TOKEN": "t", "MOOSE_CLICKHOUSE_CONFIG__CLUSTERS": "x", "MOOSE_CLICKHOUSE_CONFIG__URL": "https://x"})
	var got []string
	for _, w := range p.Warnings {
		got = append(got, w.String()[:strings.IndexAny(w.String(), ";,")])
	}
	want := []string{
		"moose.config.toml:4:1: http_server_config.prot: unknown key",
		"moose.config.toml:5:2: telemetry: unknown key",
		"MOOSE_CLICKHOUSE_CONFIG__CLUSTERS: clickhouse_config.clusters: lists and maps cannot be given by an environment variable",
		"MOOSE_CLICKHOUSE_CONFIG__HOSTT: clickhouse_config.hostt: unknown key",
		"moose.config.toml: redis_config: both url and hostname",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestErrors(t *testing.T) {
	tests := []struct{ name, doc, want string }{
		{"text for port", minimal + `port = "4000"`, "moose.config.toml:4:8: http_server_config.port: it is written as a TOML string; write a number from 0 to 65535"},
		{"port too large", minimal + `port = 70000`, "moose.config.toml:4:8: http_server_config.port: the number cannot be used; ports"},
		{"number for text", minimal + "[git_config]\nmain_branch_name = 5", "git_config.main_branch_name: it is written as a TOML integer; write a text in quotes"},
		{"text for switch", minimal + "[features]\nolap = \"yes\"", "moose.config.toml:5:8: features.olap: it is written as a TOML string; write true or false"},
		{"list of numbers", minimal + "[watcher_config]\nignore_patterns = \"a\"", `write a list of texts such as ["a", "b"]`},
		{"section for text", minimal + "[state_config.storage]\n", "state_config.storage: it is written as a TOML section, […]; write a text in quotes"},
		{"list of sections", minimal + "[[jwt]]\n", "jwt: it is written as a TOML list of sections"},
		{"cluster without name", "language='Python'\n[http_server_config]\n[[clickhouse_config.clusters]]\n", "entry 1 has no name"},
		{"no quotes", minimal + "[jwt]\nsecret = s3cr3tvalue", "moose.config.toml:5:10: "},
		{"open quote", minimal + "[jwt]\nsecret = \"s3cr3tvalue", "unterminated"},
		{"twice", minimal + "[http_server_config]", "moose.config.toml:4:2: http_server_config: table http_server_config already exists"},
		{"storage", minimal + "[state_config]\nstorage = 's3'", `moose.config.toml:5:11: state_config.storage: storage "s3" is not known; use "redis" or "clickhouse"`},
		{"ignore", minimal + "[migration_config]\nignore_operations = ['ModifyTableTtl', 'X']", `"ModifyTableTtl", "ModifyColumnTtl", "ModifyPartitionBy" or "IgnoreStringLowCardinalityDifferences"`},
		{"package manager", minimal + "[typescript_config]\npackage_manager = 'bun'", `use "npm", "pnpm" or "yarn"`},
		{"language", "language = 'Rust'\n", `language "Rust" is not known; use "Typescript" or "Python"`},
		{"no language", "[clickhouse_config]\n[http_server_config]\n", "language is missing"},
		{"no clickhouse", "language='Python'\n[http_server_config]", "[clickhouse_config] is missing"},
		{"no server", "language='Python'\n[clickhouse_config]", "[http_server_config] is missing"},
		{"no database", "language='Python'\n[http_server_config]\n[clickhouse_config]\ndb_name=''", "clickhouse_config.db_name is empty"},
		{"both names", minimal + "[kafka_config]\n[redpanda_config]", "two names of one section"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, map[string]string{FileName: tt.doc}, nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("shows a credential: %v", err)
			}
		})
	}
}

func TestAliasAndRedisURL(t *testing.T) {
	p := mustLoad(t, map[string]string{FileName: minimal + "[kafka_config]\nbroker = 'k:1'\n[redis_config]\nhostname = 'r'\ntls = true\n"}, nil)
	if p.Redpanda.Broker != "k:1" || p.Redpanda.RetentionMS != 30000 || len(p.Warnings) != 0 {
		t.Errorf("alias: %+v %v", p.Redpanda, p.Warnings)
	}
	if got := p.RedisURL().Reveal(); got != "rediss://r:6379" {
		t.Errorf("Redis URL %s", got)
	}
}

func TestSecretsStayHidden(t *testing.T) {
	const word = "s3cr3tword"
	p := mustLoad(t, map[string]string{
		FileName: minimal + "[redis_config]\nurl = \"redis://u:" + word + "@r\"\n[jwt]\nsecret = \"" + word + "\"\n[authentication]\nadmin_api_key = \"" + word + "\"\n",
		".env":   "MOOSE_CLICKHOUSE_CONFIG__PASSWORD=" + word + "\nOTHER=" + word + "\n",
	}, nil)
	if p.ClickHouse.Password.Reveal() != word || p.Getenv("OTHER") != word {
		t.Fatal("the .env file is not read")
	}
	js, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	out := string(js)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		out += fmt.Sprintf(verb, p) + fmt.Sprintf(verb, *p) + fmt.Sprintf(verb, p.Settings) + fmt.Sprintf(verb, struct{ p *Project }{p})
	}
	c, source, err := p.ClickHouseURL("")
	if err != nil || source != dsn.FromConfig || c.Password() != word || c.Database != "local" {
		t.Errorf("connection %s from %s: %v", c, source, err)
	}
	r, _, err := p.RedisConnection("")
	if err != nil {
		t.Fatal(err)
	}
	out += fmt.Sprintf("%v %+v", c, r)
	if strings.Contains(out, word) {
		i := strings.Index(out, word)
		t.Errorf("shown: …%s", out[max(0, i-60):i+len(word)])
	}
	if got := dsn.Redact(word+" temporal pandapass", p.Secrets()...); got != "*** temporal pandapass" {
		t.Errorf("Secrets redact to %q", got)
	}
}
