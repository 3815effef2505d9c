package fidelity

import "github.com/moose-migrate/moose-migrate/pkg/inframap"

const kafka = `{"broker_list":"localhost:9092","topic_list":"t","group_name":"g","format":"JSONEachRow"}`

// silentEngines are engines with their arguments.
var silentEngines = []tablePair{
	{"engines/MergeTree", "engine: MergeTree", "ENGINE", nil, plain + "ORDER BY id"},
	{"engines/MergeTree", "", "", nil, plainColumns + ") ENGINE = MergeTree() ORDER BY id"},
	{"engines/ReplacingMergeTree", "ver: \"at\", isDeleted: \"gone\"", "ENGINE", all(with("gone", "UInt8"), engineOf("ReplacingMergeTree", `{"ver":"at","is_deleted":"gone"}`)), plainColumns + ", gone UInt8) ENGINE = ReplacingMergeTree(`at`,gone) ORDER BY id"},
	{"engines/ReplacingMergeTree", "", "", engineOf("ReplacingMergeTree", `{"ver":"at"}`), plainColumns + ") ENGINE = ReplacingMergeTree(at) ORDER BY id"},
	{"engines/ReplacingMergeTree", "", "", engineOf("ReplacingMergeTree", ""), plainColumns + ") ENGINE = ReplacingMergeTree() ORDER BY id"},
	{"engines/SummingMergeTree", "columns: [\"n\"]", "ENGINE", engineOf("SummingMergeTree", `{"columns":["n"]}`), plainColumns + ") ENGINE = SummingMergeTree(n) ORDER BY id"},
	{"engines/SummingMergeTree", "", "", engineOf("SummingMergeTree", ""), plainColumns + ") ENGINE = SummingMergeTree ORDER BY id"},
	{"engines/SummingMergeTree", "", "", all(with("m", "Int64"), engineOf("SummingMergeTree", `{"columns":["n","m"]}`)), plainColumns + ", m Int64) ENGINE = SummingMergeTree((n, `m`)) ORDER BY id"},
	{"engines/AggregatingMergeTree", "engine: AggregatingMergeTree", "ENGINE", all(with("s", "AggregateFunction(sum, UInt32)"), engineOf("AggregatingMergeTree", ""), orderBy("id", "at", "n")), plainColumns + ", s AggregateFunction(sum, UInt32)) ENGINE = AggregatingMergeTree() ORDER BY (id, at, n)"},
	{"engines/CollapsingMergeTree", "sign: \"sign\"", "ENGINE", all(with("sign", "Int8"), engineOf("CollapsingMergeTree", `{"sign":"sign"}`)), plainColumns + ", sign Int8) ENGINE = CollapsingMergeTree(`sign`) ORDER BY id"},
	{"engines/VersionedCollapsingMergeTree", "sign: \"sign\", ver: \"v\"", "ENGINE", all(with("sign", "Int8"), with("v", "UInt64"), engineOf("VersionedCollapsingMergeTree", `{"sign":"sign","version":"v"}`)), plainColumns + ", sign Int8, v UInt64) ENGINE = VersionedCollapsingMergeTree(sign,v) ORDER BY id"},
	{"engines/Replicated…MergeTree", "keeperPath, replicaName", "ENGINE", engineOf("ReplicatedMergeTree", `{"keeper_path":"/t/{database}/{t}","replica_name":"r1"}`), plainColumns + ") ENGINE = ReplicatedMergeTree('/t/{db}/{t}', 'r1') ORDER BY id"},
	{"engines/Replicated…MergeTree", "", "", engineOf("ReplicatedReplacingMergeTree", `{"keeper_path":"/t/{db}/{t}","replica_name":"r1","ver":"at"}`), plainColumns + ") ENGINE = ReplicatedReplacingMergeTree('/t/{db}/{t}', 'r1', at) ORDER BY id"},
	{"engines/Replicated…MergeTree", "", "", engineOf("ReplicatedSummingMergeTree", `{"keeper_path":"/t/{db}/{t}","replica_name":"r1","columns":["n"]}`), plainColumns + ") ENGINE = ReplicatedSummingMergeTree('/t/{db}/{t}', 'r1', (n)) ORDER BY id"},
	{"engines/Replicated…MergeTree", "", "", all(engineOf("ReplicatedAggregatingMergeTree", `{"keeper_path":"/t/{db}/{t}","replica_name":"r1"}`), orderBy("id", "at", "n")), plainColumns + ") ENGINE = ReplicatedAggregatingMergeTree('/t/{db}/{t}', 'r1') ORDER BY (id, at, n)"},
	{"engines/Replicated…MergeTree", "", "", all(with("sign", "Int8"), engineOf("ReplicatedCollapsingMergeTree", `{"keeper_path":"/t/{db}/{t}","replica_name":"r1","sign":"sign"}`)), plainColumns + ", sign Int8) ENGINE = ReplicatedCollapsingMergeTree('/t/{db}/{t}', 'r1', sign) ORDER BY id"},
	{"engines/Replicated…MergeTree", "", "", all(with("sign", "Int8"), with("v", "UInt64"), engineOf("ReplicatedVersionedCollapsingMergeTree", `{"keeper_path":"/t/{db}/{t}","replica_name":"r1","sign":"sign","version":"v"}`)), plainColumns + ", sign Int8, v UInt64) ENGINE = ReplicatedVersionedCollapsingMergeTree('/t/{db}/{t}', 'r1', sign, v) ORDER BY id"},
	{"engines/Buffer", "targetDatabase, targetTable, numLayers, …", "ENGINE", engineOf("Buffer", `{"target_database":"{db}","target_table":"source","num_layers":16,"min_time":10,"max_time":100,"min_rows":10000,"max_rows":1000000,"min_bytes":10485760,"max_bytes":104857600}`), plainColumns + ") ENGINE = Buffer({db}, source, 16, 10, 100, 10000, 1000000, 10485760, 104857600)"},
	{"engines/Buffer", "", "", engineOf("Buffer", `{"target_database":"{db}","target_table":"source","num_layers":1,"min_time":10,"max_time":100,"min_rows":10000,"max_rows":1000000,"min_bytes":10485760,"max_bytes":104857600,"flush_time":5}`), plainColumns + ") ENGINE = Buffer('{db}', 'source', 1, 10, 100, 10000, 1000000, 10485760, 104857600, 5)"},
	{"engines/Merge", "sourceDatabase, tablesRegexp", "ENGINE", engineOf("Merge", `{"source_database":"{db}","tables_regexp":"^sour"}`), plainColumns + ") ENGINE = Merge({db}, '^sour')"},
	{"engines/Merge", "", "", engineOf("Merge", `{"source_database":"REGEXP('^{db}')","tables_regexp":"^sour"}`), plainColumns + ") ENGINE = Merge(REGEXP('^{db}'), '^sour')"},
	{"engines/Kafka", "brokerList, topicList, groupName, format", "ENGINE", engineOf("Kafka", kafka), plainColumns + ") ENGINE = Kafka('localhost:9092', 't', 'g', 'JSONEachRow')"},
	{"engines/Kafka", "", "", all(engineOf("Kafka", kafka), setting("kafka_num_consumers", "1")), plainColumns + ") ENGINE = Kafka('localhost:9092', 't', 'g', 'JSONEachRow') SETTINGS kafka_num_consumers = 1"},
	{"engines/S3", "path, format, awsAccessKeyId, awsSecretAccessKey", "ENGINE", engineOf("S3", `{"path":"https://bucket.s3.amazonaws.com/d.csv","format":"CSV","aws_access_key_id":"key","aws_secret_access_key":"secret"}`), plainColumns + ") ENGINE = S3('https://bucket.s3.amazonaws.com/d.csv', 'key', 'secret', 'CSV')"},
	{"engines/S3", "", "", engineOf("S3", `{"path":"https://bucket.s3.amazonaws.com/d.csv","format":"CSV","compression":"gzip"}`), plainColumns + ") ENGINE = S3('https://bucket.s3.amazonaws.com/d.csv', NOSIGN, CSV, 'gzip')"},
	{"engines/S3Queue", "s3Path, format", "ENGINE", all(engineOf("S3Queue", `{"s3_path":"https://bucket.s3.amazonaws.com/d/*.json","format":"JSONEachRow"}`), setting("mode", "unordered"), setting("keeper_path", "/q/{db}/{t}")), plainColumns + ") ENGINE = S3Queue('https://bucket.s3.amazonaws.com/d/*.json', NOSIGN, 'JSONEachRow') SETTINGS keeper_path = '/q/{db}/{t}', mode = 'unordered'"},
	{"engines/Engines that Moose cannot declare", "engine: Memory", "ENGINE", opaque("Memory"), plainColumns + ") ENGINE = Memory()"},
	{"engines/Engines that Moose cannot declare", "", "", opaque("Log"), plainColumns + ") ENGINE = Log"},
	{"engines/Engines that Moose cannot declare", "", "", opaque("TinyLog"), plainColumns + ") ENGINE = TinyLog"},
	{"engines/Engines that Moose cannot declare", "", "", opaque("Null"), plainColumns + ") ENGINE = Null"},
	{"engines/Engines that Moose cannot declare", "", "", opaque("Set"), plainColumns + ") ENGINE = Set"},
	{"engines/Engines that Moose cannot declare", "", "", opaque("Join(ANY, LEFT, id)"), plainColumns + ") ENGINE = Join(ANY,LEFT,`id`)"},
	{"engines/Engines that Moose cannot declare", "", "", opaque("GenerateRandom(1, 5, 3)"), plainColumns + ") ENGINE = GenerateRandom(1,5,3)"},
}

// opaque is an engine that stands in the map as ClickHouse's own text.
func opaque(text string) tableChange {
	return func(t *inframap.Table) {
		t.Engine, t.OrderBy = inframap.Engine{Name: text}, inframap.OrderBy{}
	}
}
