package rehearse

import (
	"strings"
	"testing"

	"github.com/moose-migrate/moose-migrate/pkg/schema"
)

func TestDefinitionsWithoutTheOutside(t *testing.T) {
	for create, c := range map[string]struct{ engine, want string }{
		"CREATE TABLE db.`a (b)` (`id` String CODEC(ZSTD(1)), INDEX i id TYPE minmax GRANULARITY 1) ENGINE = ReplicatedReplacingMergeTree('/c/{uuid}/{shard}', '{replica}', ver) PARTITION BY toYYYYMM(at) PRIMARY KEY id ORDER BY (id, at) TTL at + toIntervalDay(1) SETTINGS index_granularity = 8192, storage_policy = 'cold' COMMENT 'ENGINE = S3'": {
			"ReplicatedReplacingMergeTree",
			"CREATE TABLE db.`a (b)` (`id` String CODEC(ZSTD(1)), INDEX i id TYPE minmax GRANULARITY 1) ENGINE = ReplacingMergeTree(ver) PARTITION BY toYYYYMM(at) PRIMARY KEY id ORDER BY (id, at) TTL at + toIntervalDay(1) SETTINGS index_granularity = 8192 COMMENT 'ENGINE = S3'",
		},
		"CREATE TABLE db.t (`id` String) ENGINE = SharedMergeTree('/c/{uuid}/{shard}', '{replica}') ORDER BY id SETTINGS disk = disk(type = s3, secret_access_key = '[HIDDEN]')": {
			"SharedMergeTree", "CREATE TABLE db.t (`id` String) ENGINE = MergeTree ORDER BY id",
		},
		"CREATE TABLE db.t (`id` String) ENGINE = ReplicatedMergeTree ORDER BY id": {"ReplicatedMergeTree", "CREATE TABLE db.t (`id` String) ENGINE = MergeTree ORDER BY id"},
		"CREATE TABLE db.t (`id` String) ENGINE = S3('https://b/x', 'KEY', '[HIDDEN]', 'CSV') PARTITION BY id SETTINGS x = 1 COMMENT 'c'": {
			"S3", "CREATE TABLE db.t (`id` String) ENGINE = Memory COMMENT 'c'",
		},
		"CREATE TABLE db.t (`id` String) ENGINE = Kafka SETTINGS kafka_broker_list = 'h:1', kafka_sasl_password = '[HIDDEN]'": {"Kafka", "CREATE TABLE db.t (`id` String) ENGINE = Null"},
		"CREATE TABLE db.t (`id` String) ENGINE = Distributed('c', 'db', 'l', rand())":                                        {"Distributed", "CREATE TABLE db.t (`id` String) ENGINE = Memory"},
		"CREATE TABLE db.t (`id` String) ENGINE = SummingMergeTree((a, b)) ORDER BY id":                                       {"SummingMergeTree", "CREATE TABLE db.t (`id` String) ENGINE = SummingMergeTree((a, b)) ORDER BY id"},
		"nonsense": {"S3", "nonsense"},
	} {
		if got := strings.Join(strings.Fields(localTable(create, c.engine)), " "); got != c.want {
			t.Errorf("%s\n→ %s\n≠ %s", create, got, c.want)
		}
	}
	for create, want := range map[string]string{
		"CREATE VIEW db.v (`a` Int8) DEFINER = `some one` SQL SECURITY DEFINER AS SELECT 1 AS a":                                                            "CREATE VIEW db.v (`a` Int8) AS SELECT 1 AS a",
		"CREATE MATERIALIZED VIEW db.v TO db.t (`a` Int8) DEFINER = bob SQL SECURITY INVOKER AS SELECT ' DEFINER = x SQL SECURITY NONE' AS a":               "CREATE MATERIALIZED VIEW db.v TO db.t (`a` Int8) AS SELECT ' DEFINER = x SQL SECURITY NONE' AS a",
		"CREATE MATERIALIZED VIEW db.v (`a` Int8) ENGINE = ReplicatedSummingMergeTree('/a', 'b') ORDER BY a SETTINGS storage_policy = 'x' AS SELECT 1 AS a": "CREATE MATERIALIZED VIEW db.v (`a` Int8) ENGINE = SummingMergeTree ORDER BY a AS SELECT 1 AS a",
	} {
		if got := strings.Join(strings.Fields(localView(create)), " "); got != want {
			t.Errorf("%s\n→ %s\n≠ %s", create, got, want)
		}
	}
	local := "CREATE DICTIONARY d.x (`a` UInt64) PRIMARY KEY a SOURCE(CLICKHOUSE(TABLE 't' DB 'd')) LAYOUT(FLAT())"
	if got, source := localDictionary(local); got != local || source != "" {
		t.Errorf("%s, %s", got, source)
	}
	got, source := localDictionary("CREATE DICTIONARY d.x (`a` UInt64) PRIMARY KEY a SOURCE(HTTP(URL 'x' CREDENTIALS(USER 'u' PASSWORD 'p'))) LAYOUT(FLAT())")
	if got != "CREATE DICTIONARY d.x (`a` UInt64) PRIMARY KEY a SOURCE(NULL()) LAYOUT(FLAT())" || source != "HTTP" {
		t.Errorf("%s, %s", got, source)
	}
}

func TestWhatTheGuardKeepsOff(t *testing.T) {
	g := &guard{outside: outsideFunctions, strangers: map[string]bool{"theirs": true}}
	for sql, kept := range map[string]bool{
		"CREATE VIEW db.v AS SELECT * FROM url('x')":                                true,
		"CREATE VIEW db.v AS SELECT * FROM `URL`('x')":                              true,
		"CREATE VIEW db.v AS SELECT \"file\" ('x')":                                 true,
		"INSERT INTO t FROM INFILE 'x' FORMAT CSV":                                  true,
		"CREATE DICTIONARY d.x (a Int8) SOURCE(CLICKHOUSE(QUERY 'SELECT file(1)'))": true,
		"CREATE VIEW db.v AS SELECT * FROM s3('u', 'key', 'secret', 'CSV')":         true,
		"ALTER TABLE db.t MODIFY SETTING disk = disk(type = local)":                 true,
		"CREATE VIEW db.file (a Int8) AS SELECT url, file FROM db.s3":               false,
		"CREATE VIEW db.v AS SELECT count() FROM numbers(10)":                       false,
		"CREATE TABLE db.t (file String, url String) ENGINE = Memory":               false,
		"SELECT 'a file (of mine)'":                                                 true, // rather one too many
	} {
		if got := g.reaches(sql, sql) != ""; got != kept {
			t.Errorf("%s: %q", sql, g.reaches(sql, sql))
		}
	}
	if g.reaches("SELECT file/**/('x')", "") == "" || g.reaches("SELECT 1", "") != "" {
		t.Error("what cannot be read")
	}
	if g.readsStrangers("SELECT a FROM `theirs`.t") != "theirs" || g.readsStrangers("SELECT theirs FROM ours.t") != "" {
		t.Error("databases of others")
	}
}

func TestFreeSQL(t *testing.T) {
	s := &stage{in: Input{Scratch: Scratch{Own: true}}}
	for sql, runs := range map[string]bool{
		"CREATE VIEW v AS SELECT 1":                                        true,
		"INSERT INTO t SELECT 1":                                           true,
		"CREATE FUNCTION f AS x -> x":                                      true,
		"CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a":            true,
		"CREATE TABLE t (a Int8) ENGINE = Kafka":                           false,
		"CREATE TABLE t (a Int8) ENGINE = ReplicatedMergeTree ORDER BY a":  false,
		"CREATE TABLE t ON CLUSTER c (a Int8) ENGINE = Memory":             false,
		"CREATE DICTIONARY d (a Int8) PRIMARY KEY a SOURCE(HTTP(URL 'x'))": false,
		"CREATE USER u":                    false,
		"CREATE ROW POLICY p ON t USING 1": false,
		"GRANT SELECT ON t TO u":           false,
		"SYSTEM SHUTDOWN":                  false,
		"BACKUP TABLE t TO Disk('d', 'x')": false,
		"":                                 false,
	} {
		if got := s.freeSQL(sql) == ""; got != runs {
			t.Errorf("%s: %q", sql, s.freeSQL(sql))
		}
	}
	s.in.Scratch.Own = false
	if s.freeSQL("CREATE VIEW v AS SELECT 1") == "" {
		t.Error("free SQL runs on a server of others")
	}
	for sql, want := range map[string]schema.Name{
		"CREATE VIEW IF NOT EXISTS v AS SELECT 1":                      {Database: "db", Object: "v"},
		"CREATE OR REPLACE MATERIALIZED VIEW d.`v w` TO t AS SELECT 1": {Database: "d", Object: "v w"},
		"CREATE FUNCTION f AS x -> (x)":                                {},
		"ALTER TABLE t ADD COLUMN a Int8":                              {},
	} {
		if got := created(sql, "db"); got != want {
			t.Errorf("%s: %v", sql, got)
		}
	}
}

func FuzzDefinitions(f *testing.F) {
	f.Add("CREATE TABLE db.t (`id` String) ENGINE = S3('x') SETTINGS disk = disk(a = 1)", "S3")
	f.Add("CREATE VIEW v DEFINER = x SQL SECURITY NONE AS SELECT 1", "View")
	f.Add("CREATE DICTIONARY d (a Int8) SOURCE(HTTP(", "ReplicatedMergeTree")
	f.Fuzz(func(t *testing.T, create, engine string) {
		once := localTable(create, engine)
		if kind, _ := standInFor(engine); kind.elsewhere() && strings.Contains(once, "SECRET") && strings.HasPrefix(create, "CREATE TABLE t (a Int8) ENGINE = S3('SECRET'") {
			t.Errorf("%s → %s", create, once)
		}
		localView(create)
		localDictionary(create)
		created(create, "db")
		g := &guard{outside: outsideFunctions}
		for _, sql := range []string{"SELECT * FROM url(" + create + ")", "SELECT * FROM `s3` (" + create} {
			if g.reaches(sql, sql) == "" || g.reaches(sql, "") == "" {
				t.Errorf("not kept off: %s", sql)
			}
		}
	})
}
