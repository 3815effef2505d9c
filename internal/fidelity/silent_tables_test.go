package fidelity

import (
	"slices"

	"github.com/moose-migrate/moose-migrate/pkg/inframap"
)

func silentTables() []tablePair {
	return slices.Concat(silentKeys, silentParts, silentNames, silentEngines)
}

const plainColumns = "(id String, at DateTime('UTC'), n UInt32"

const plain = plainColumns + ") ENGINE = MergeTree "

// silentKeys are sorting keys, primary keys, partitions and sampling.
var silentKeys = []tablePair{
	{"tables/order by", "orderByFields: [\"id\", \"at\"]", "ORDER BY", orderBy("id", "at"), plain + "ORDER BY (id, at)"},
	{"tables/order by", "", "", orderBy("id"), plain + "ORDER BY (id)"},
	{"tables/order by", "", "", orderBy("id"), plain + "ORDER BY tuple(`id`)"},
	{"tables/order by", "", "", orderBy(), plain + "ORDER BY tuple()"},
	{"tables/order by", "", "", orderByExpression("tuple()"), plain + "ORDER BY ()"},
	{"tables/order by", "", "", orderByExpression("id"), plain + "ORDER BY id"},
	{"tables/order by an expression", "orderByExpression: \"cityHash64(id, at)\"", "ORDER BY", orderByExpression("cityHash64(id,at)"), plain + "ORDER BY cityHash64(id, at)"},
	{"tables/order by an expression", "", "", orderByExpression("cityHash64(id, at)"), plain + "ORDER BY (cityHash64(id, at))"},
	{"tables/order by an expression", "", "", orderByExpression("(id, toStartOfHour(at))"), plain + "ORDER BY tuple(id, toStartOfHour(at))"},
	{"tables/order by an expression", "", "", orderByExpression("id, LOWER(id)"), plain + "ORDER BY (id, lower(id))"},
	{"tables/order by an expression", "", "", orderByExpression("(n + 1, -n)"), plain + "ORDER BY (n+1, (-n))"},
	{"tables/order by an expression", "", "", orderByExpression("(((id)))"), plain + "ORDER BY id"},
	{"tables/order by an expression", "", "", all(orderBy("id"), keyColumns("id")), "(id String PRIMARY KEY, at DateTime('UTC'), n UInt32) ENGINE = MergeTree"},
	{"tables/primary key", "Key<string> on id, orderByFields: [\"id\", \"at\"]", "PRIMARY KEY", all(orderBy("id", "at"), keyColumns("id")), plain + "ORDER BY (id, at) PRIMARY KEY id"},
	{"tables/primary key", "", "", all(orderBy("id", "at"), keyColumns("id", "at")), plain + "PRIMARY KEY (id, at) ORDER BY (id, at)"},
	{"tables/primary key", "", "", all(orderBy("id", "at"), keyColumns("id", "at")), plain + "ORDER BY (id, at)"},
	{"tables/primary key", "", "", orderBy("id", "at"), plain + "PRIMARY KEY (id, at)"},
	{"tables/primary key", "", "", all(orderByExpression("(cityHash64(id), at)"), primaryKey("cityHash64(id)")), plain + "PRIMARY KEY (cityHash64(id)) ORDER BY (cityHash64(id), at)"},
	{"tables/primary key", "", "", all(orderByExpression("(id, at, n)"), primaryKey("(id,at)")), plain + "PRIMARY KEY tuple(id, at) ORDER BY (id, at, n)"},
	{"tables/partition by", "partitionBy: \"toYYYYMM(at)\"", "PARTITION BY", partitionBy("toYYYYMM(at)"), plain + "PARTITION BY toYYYYMM(at) ORDER BY id"},
	{"tables/partition by", "", "", partitionBy("(toYYYYMM(at))"), plain + "PARTITION BY toYYYYMM(at) ORDER BY id"},
	{"tables/partition by", "", "", partitionBy("n"), plain + "PARTITION BY (`n`) ORDER BY id"},
	{"tables/partition by", "", "", partitionBy("(toYYYYMM(at),n)"), plain + "PARTITION BY tuple(toYYYYMM(at), n) ORDER BY id"},
	{"tables/partition by", "", "", partitionBy("tuple()"), plain + "ORDER BY id"},
	{"tables/partition by", "", "", partitionBy(""), plain + "PARTITION BY tuple() ORDER BY id"},
	{"tables/partition by", "", "", partitionBy("toStartOfInterval(at, INTERVAL 1 DAY)"), plain + "PARTITION BY toStartOfInterval(at, toIntervalDay(1)) ORDER BY id"},
	{"tables/partition by", "", "", partitionBy("Date_Trunc('month', at)"), plain + "PARTITION BY dateTrunc('month', at) ORDER BY id"},
	{"tables/sample by", "sampleByExpression: \"cityHash64(id)\"", "SAMPLE BY", all(orderByExpression("(cityHash64(id), at)"), sampleBy("cityHash64(id)")), plain + "ORDER BY (cityHash64(id), at) SAMPLE BY (cityHash64(id))"},
	{"tables/sample by", "", "", all(orderBy("id", "n"), sampleBy("(n)")), plain + "ORDER BY (id, n) SAMPLE BY n"},
}

// silentParts are TTLs, settings, indexes, projections and constraints.
var silentParts = []tablePair{
	{"tables/TTL", "ttl: \"at + INTERVAL 90 DAY DELETE\"", "TTL", ttl("at + INTERVAL 90 DAY DELETE"), plain + "ORDER BY id TTL at + toIntervalDay(90)"},
	{"tables/TTL", "", "", ttl("at + toIntervalDay(3)"), plain + "ORDER BY id TTL at + INTERVAL 3 DAY DELETE"},
	{"tables/TTL", "", "", ttl("(at + INTERVAL 1 year)"), plain + "ORDER BY id TTL at + toIntervalYear(1)"},
	{"tables/TTL", "", "", ttl("at + INTERVAL 5 DAY DELETE WHERE id = ''"), plain + "ORDER BY id TTL at + toIntervalDay(5) WHERE (id = '')"},
	{"tables/TTL", "", "", ttl("at + INTERVAL 1 DAY, at + INTERVAL 2 DAY DELETE WHERE id != 'x'"), plain + "ORDER BY id TTL at + toIntervalDay(1) DELETE, at + toIntervalDay(2) WHERE id <> 'x'"},
	{"tables/TTL", "", "", ttl("at + INTERVAL 1 DAY TO VOLUME 'default', at + INTERVAL 2 DAY TO DISK 'default'"), plain + "ORDER BY id TTL at + toIntervalDay(1) TO VOLUME 'default', at + toIntervalDay(2) TO DISK 'default'"},
	{"tables/TTL", "", "", ttl("at + INTERVAL 1 DAY RECOMPRESS CODEC(ZSTD(17))"), plain + "ORDER BY id TTL at + toIntervalDay(1) RECOMPRESS CODEC(ZSTD(17))"},
	{"tables/TTL", "", "", ttl("at + INTERVAL 1 DAY GROUP BY id SET n = SUM(n)"), plain + "ORDER BY id TTL at + toIntervalDay(1) GROUP BY id SET n = sum(n)"},
	{"tables/TTL", "", "", ttl("toDateTime(at) + INTERVAL 7 DAY"), plain + "ORDER BY id TTL toDateTime(at) + toIntervalDay(7)"},
	{"tables/TTL", "", "", ttl(""), plain + "ORDER BY id"},
	{"tables/settings", "settings: { merge_with_ttl_timeout: \"3600\" }", "SETTINGS", setting("merge_with_ttl_timeout", "3600"), plain + "ORDER BY id SETTINGS merge_with_ttl_timeout = 3600"},
	{"tables/settings", "", "", all(setting("index_granularity", "8192"), setting("index_granularity_bytes", "10485760"), setting("enable_mixed_granularity_parts", "1")), plain + "ORDER BY id"},
	{"tables/settings", "", "", nil, plain + "ORDER BY id SETTINGS index_granularity = 8192"},
	{"tables/settings", "", "", setting("index_granularity", "4096"), plain + "ORDER BY id SETTINGS index_granularity = 4096"},
	{"tables/settings", "", "", setting("storage_policy", "default"), plain + "ORDER BY id SETTINGS storage_policy = 'default'"},
	{"tables/settings", "", "", setting("storage_policy", "'default'"), plain + "ORDER BY id SETTINGS storage_policy = 'default'"},
	{"tables/settings", "", "", setting("ratio_of_defaults_for_sparse_serialization", "0.9"), plain + "ORDER BY id SETTINGS ratio_of_defaults_for_sparse_serialization = 0.90"},
	{"tables/settings", "", "", setting("ttl_only_drop_parts", "1"), plain + "ORDER BY id SETTINGS ttl_only_drop_parts = 1"},
	{"tables/settings", "", "", setting("ttl_only_drop_parts", "true"), plain + "ORDER BY id SETTINGS ttl_only_drop_parts = true"},
	{"tables/settings", "", "", setting("ttl_only_drop_parts", "true"), plain + "ORDER BY id SETTINGS ttl_only_drop_parts = 1"},
	{"tables/settings", "", "", setting("ttl_only_drop_parts", "0"), plain + "ORDER BY id SETTINGS ttl_only_drop_parts = false"},
	{"tables/settings", "", "", all(setting("merge_max_block_size", "4096"), setting("min_bytes_for_wide_part", "'1000'")), plain + "ORDER BY id SETTINGS min_bytes_for_wide_part = 1000, merge_max_block_size = 4096"},
	{"tables/settings", "", "", setting("allow_nullable_key", "1"), plain + "ORDER BY id SETTINGS allow_nullable_key = 1"},
	{"tables/index", "{ name: \"i\", expression: \"id\", type: \"set\", arguments: [\"100\"], granularity: 4 }", "INDEX", index("i", "id", "set", 4, "100"), plainColumns + ", INDEX i id TYPE set(100) GRANULARITY 4) ENGINE = MergeTree ORDER BY id"},
	{"tables/index", "", "", index("i", "at", "minmax", 1), plainColumns + ", INDEX i at TYPE minmax) ENGINE = MergeTree ORDER BY id"},
	{"tables/index", "", "", index("i", "(at)", "minmax", 3), plainColumns + ", INDEX i at TYPE minmax() GRANULARITY 3) ENGINE = MergeTree ORDER BY id"},
	{"tables/index", "", "", index("i", "( LOWER(id) )", "bloom_filter", 1, "0.01"), plainColumns + ", INDEX i lower(id) TYPE bloom_filter(0.01) GRANULARITY 1) ENGINE = MergeTree ORDER BY id"},
	{"tables/index", "", "", index("i", "id", "tokenbf_v1", 2, "256", "2", "0"), plainColumns + ", INDEX i (id) TYPE tokenbf_v1(256,2,0) GRANULARITY 2) ENGINE = MergeTree ORDER BY id"},
	{"tables/index", "", "", index("i", "id", "ngrambf_v1", 1, "3", "256", "2", "0"), plainColumns + ", INDEX i id TYPE ngrambf_v1(3, 256, 2, 0)) ENGINE = MergeTree ORDER BY id"},
	{"tables/index", "", "", index("i", "(id,n)", "set", 1, "0"), plainColumns + ", INDEX i (id, n) TYPE set(0)) ENGINE = MergeTree ORDER BY id"},
	{"tables/index", "", "", all(index("b", "n", "minmax", 1), index("a", "at", "minmax", 1)), plainColumns + ", INDEX a at TYPE minmax, INDEX b n TYPE minmax) ENGINE = MergeTree ORDER BY id"},
	{"tables/index", "", "", index("i", "id", "text", 1, "tokenizer = 'splitByNonAlpha'"), plainColumns + ", INDEX i id TYPE text(tokenizer='splitByNonAlpha') GRANULARITY 1) ENGINE = MergeTree ORDER BY id"},
	{"tables/index", "", "", index("sp ace`", "n", "minmax", 1), plainColumns + ", INDEX `sp ace\\`` n TYPE minmax) ENGINE = MergeTree ORDER BY id"},
	{"tables/projection", "{ name: \"p\", body: \"SELECT * ORDER BY at\" }", "PROJECTION", projection("p", "SELECT * ORDER BY at"), plainColumns + ", PROJECTION p (SELECT * ORDER BY at)) ENGINE = MergeTree ORDER BY id"},
	{"tables/projection", "", "", projection("p", "select n,   SUM(n)\n group by n"), plainColumns + ", PROJECTION p (SELECT n, sum(n) GROUP BY n)) ENGINE = MergeTree ORDER BY id"},
	{"tables/projection", "", "", projection("p", "SELECT toDate(at) AS d, COUNT(*) GROUP BY d"), plainColumns + ", PROJECTION p (SELECT toDate(at) AS d, count(*) GROUP BY d)) ENGINE = MergeTree ORDER BY id"},
	{"tables/projection", "", "", projection("p", "SELECT id, n ORDER BY (n, id)"), plainColumns + ", PROJECTION p (SELECT id, n ORDER BY n, id)) ENGINE = MergeTree ORDER BY id"},
	{"tables/projection", "", "", projection("p", "SELECT id, _part_offset ORDER BY n"), plainColumns + ", PROJECTION p (SELECT id, _part_offset ORDER BY n)) ENGINE = MergeTree ORDER BY id"},
	{"tables/constraint", "CHECK (length(id) < 1000)", "CONSTRAINT", constraint("r", "CHECK", "length(id)<1000"), plainColumns + ", CONSTRAINT r CHECK length(id) < 1000) ENGINE = MergeTree ORDER BY id"},
	{"tables/constraint", "", "", constraint("r", "CHECK", "(id != '')"), plainColumns + ", CONSTRAINT r CHECK id <> '') ENGINE = MergeTree ORDER BY id"},
	{"tables/constraint", "", "", constraint("r", "ASSUME", "at > toDateTime('2000-01-01 00:00:00')"), plainColumns + ", CONSTRAINT r ASSUME (at > toDateTime('2000-01-01 00:00:00'))) ENGINE = MergeTree ORDER BY id"},
	{"tables/constraint", "", "", constraint("r", "CHECK", "n IN (1, 2) AND id NOT IN ('a')"), plainColumns + ", CONSTRAINT r CHECK (n in (1,2)) and (id not in ('a'))) ENGINE = MergeTree ORDER BY id"},
	{"tables/everything at once", "", "", all(orderBy("n", "at"), keyColumns("n"), partitionBy("(toYYYYMM(at))"), sampleBy("(n)"), ttl("at + INTERVAL 3 DAY DELETE"), index("i", "at", "minmax", 1), constraint("r", "CHECK", "n > 0")), plainColumns + ", INDEX i at TYPE minmax, CONSTRAINT r CHECK n > 0) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY (n, at) SAMPLE BY n PRIMARY KEY n TTL at + toIntervalDay(3)"},
}

// silentNames are names of tables and columns.
var silentNames = []tablePair{
	{"tables/name", "name: \"sales_2024\"", "", named("sales_2024_{t}"), plain + "ORDER BY id"},
	{"tables/name", "", "", named("{t}_2024"), plain + "ORDER BY id"},
	{"tables/name", "", "", versioned("1.2"), plain + "ORDER BY id"},
	{"tables/name", "", "", all(named("sales_2024_{t}_7"), versioned("3")), plain + "ORDER BY id"},
	{"tables/name", "", "", named("TABLE"), plain + "ORDER BY id"},
	{"tables/name", "", "", named("ENGINE"), plain + "ORDER BY id"},
	{"tables/name", "", "", named("select"), plain + "ORDER BY id"},
	{"tables/name", "", "", named("{t} it's `quoted` \"twice\" \\ ünï; DROP"), plain + "ORDER BY id"},
	{"tables/name", "", "", named("{t}.with.dots"), plain + "ORDER BY id"},
	{"tables/name", "", "", named("{t}) ENGINE = Log --"), plain + "ORDER BY id"},
	{"columns/name", "a column called `ORDER BY`", "", all(without("n"), with("ORDER BY", "String"), with("INDEX", "String"), with("PROJECTION", "String"), with("CONSTRAINT", "String")), "(id String, at DateTime('UTC'), `ORDER BY` String, `INDEX` String, `PROJECTION` String, `CONSTRAINT` String) ENGINE = MergeTree ORDER BY id"},
	{"columns/name", "", "", all(with("TTL", "DateTime"), with("DEFAULT", "DateTime", `"default":"TTL"`), ttl("TTL + INTERVAL 1 DAY")), plainColumns + ", `TTL` DateTime('UTC'), `DEFAULT` DateTime('UTC') DEFAULT `TTL`) ENGINE = MergeTree ORDER BY id TTL `TTL` + toIntervalDay(1)"},
	{"columns/name", "", "", all(with("a`b\\c'd \"e\" ü", "Int8"), orderBy("id", "a`b\\c'd \"e\" ü")), plainColumns + ", `a\\`b\\\\c'd \"e\" ü` Int8) ENGINE = MergeTree ORDER BY (id, `a\\`b\\\\c'd \"e\" ü`)"},
	{"columns/name", "", "", all(with("a.b", "String"), with("Id", "String"), with("ENGINE", "String", `"codec":"ZSTD"`, `"comment":"ENGINE = Log"`)), plainColumns + ", `a.b` String, Id String, ENGINE String COMMENT 'ENGINE = Log' CODEC(ZSTD(1))) ENGINE = MergeTree ORDER BY id"},
	{"columns/name", "", "", all(with("from", "DateTime"), partitionBy("toYYYYMM(`from`)"), index("i", "`from`", "minmax", 1)), plainColumns + ", `from` DateTime('UTC'), INDEX i from TYPE minmax) ENGINE = MergeTree PARTITION BY toYYYYMM(from) ORDER BY id"},
	{"tables/database", "database: \"analytics\"", "", func(t *inframap.Table) { t.Database = ptr("{second}") }, "CREATE TABLE {second}.{t} " + plain + "ORDER BY id"},
}
