package fidelity

import (
	"github.com/moose-migrate/moose-migrate/pkg/inframap"
	"github.com/moose-migrate/moose-migrate/pkg/plan"
)

// again is a change that ClickHouse cannot make in place.
func again(row, what, attribute string, before, after tableChange) seen {
	return seen{row: row, what: what, before: table(before), after: table(after), want: recreate, attribute: attribute}
}

// inPlace is a change of a table by one operation.
func inPlace(row, what, attribute string, before, after tableChange, want ...plan.Kind) seen {
	return seen{row: row, what: what, before: table(before), after: table(after), want: want, attribute: attribute}
}

func seenTables() []seen {
	ttlOp, settings := plan.ModifyTableTTL, plan.ModifyTableSettings
	drop, add := plan.DropTableIndex, plan.AddTableIndex
	dropP, addP := plan.DropTableProjection, plan.AddTableProjection
	dropC, addC := plan.DropTableConstraint, plan.AddTableConstraint
	sampled := func(expr string) tableChange {
		return all(orderByExpression("(cityHash64(id), n)"), sampleBy(expr))
	}
	return []seen{
		changed("tables/added", "a table", nil, table(c("String")), plan.CreateTable),
		changed("tables/added", "a table with everything", nil, table(c("UInt64", `"default":"n"`), index("i", "c", "minmax", 1), projection("p", "SELECT * ORDER BY n"), constraint("r", "CHECK", "n > 0"), ttl("at + INTERVAL 1 DAY"), setting("merge_with_ttl_timeout", "100")), plan.CreateTable),
		changed("tables/removed", "a table", table(), nil, plan.DropTable),
		changed("tables/name", "another name", []object{tableNamed("_a")}, []object{tableNamed("_b")}, plan.DropTable, plan.CreateTable),
		changed("tables/name", "another version", []object{tableNamed("_a", versioned("1"))}, []object{tableNamed("_a", versioned("2"))}, plan.DropTable, plan.CreateTable),
		changed("tables/database", "another database", table(), table(func(t *inframap.Table) { t.Database = ptr("{second}") }), plan.DropTable, plan.CreateTable),
		again("tables/order by", "column added", "order by", orderBy("id"), orderBy("id", "at")),
		again("tables/order by", "column removed", "order by", orderBy("id", "at"), orderBy("id")),
		again("tables/order by", "another order", "order by", orderBy("id", "at"), orderBy("at", "id")),
		again("tables/order by", "none", "order by", orderBy("id"), orderBy()),
		again("tables/order by an expression", "another function", "order by", orderByExpression("cityHash64(id)"), orderByExpression("sipHash64(id)")),
		again("tables/order by an expression", "another argument", "order by", orderByExpression("(toStartOfHour(at), id)"), orderByExpression("(toStartOfDay(at), id)")),
		again("tables/primary key", "shorter", "primary key", orderBy("id", "at"), all(orderBy("id", "at"), keyColumns("id"))),
		again("tables/primary key", "longer", "primary key", all(orderBy("id", "at"), keyColumns("id")), orderBy("id", "at")),
		again("tables/partition by", "appears", "partition by", all(), partitionBy("toYYYYMM(at)")),
		again("tables/partition by", "changes", "partition by", partitionBy("toYYYYMM(at)"), partitionBy("toYear(at)")),
		again("tables/partition by", "goes", "partition by", partitionBy("toYYYYMM(at)"), all()),
		again("tables/partition by", "another order", "partition by", partitionBy("(toYear(at), n)"), partitionBy("(n, toYear(at))")),
		inPlace("tables/sample by", "appears", "sample by", orderByExpression("(cityHash64(id), n)"), sampled("cityHash64(id)"), plan.ModifySampleBy),
		inPlace("tables/sample by", "changes", "sample by", sampled("cityHash64(id)"), sampled("n"), plan.ModifySampleBy),
		inPlace("tables/sample by", "goes", "sample by", sampled("n"), orderByExpression("(cityHash64(id), n)"), plan.RemoveSampleBy),
		inPlace("tables/TTL", "appears", "TTL", all(), ttl("at + INTERVAL 1 DAY"), ttlOp),
		inPlace("tables/TTL", "changes", "TTL", ttl("at + INTERVAL 1 DAY"), ttl("at + INTERVAL 2 DAY DELETE"), ttlOp),
		inPlace("tables/TTL", "goes", "TTL", ttl("at + INTERVAL 1 DAY"), all(), ttlOp),
		inPlace("tables/TTL", "a condition", "TTL", ttl("at + INTERVAL 1 DAY"), ttl("at + INTERVAL 1 DAY DELETE WHERE n = 1"), ttlOp),
		inPlace("tables/TTL", "a second rule", "TTL", ttl("at + INTERVAL 2 DAY"), ttl("at + INTERVAL 1 DAY RECOMPRESS CODEC(ZSTD(9)), at + INTERVAL 2 DAY"), ttlOp),
		inPlace("tables/TTL", "another volume", "TTL", ttl("at + INTERVAL 1 DAY"), ttl("at + INTERVAL 1 DAY TO VOLUME 'default'"), ttlOp),
		inPlace("tables/TTL", "a grouping", "TTL", ttl("at + INTERVAL 1 DAY"), ttl("at + INTERVAL 1 DAY GROUP BY id SET n = max(n)"), ttlOp),
		inPlace("tables/settings", "set", "setting merge_with_ttl_timeout", all(), setting("merge_with_ttl_timeout", "100"), settings),
		inPlace("tables/settings", "changed", "setting merge_with_ttl_timeout", setting("merge_with_ttl_timeout", "100"), setting("merge_with_ttl_timeout", "200"), settings),
		inPlace("tables/settings", "reset", "setting merge_with_ttl_timeout", setting("merge_with_ttl_timeout", "100"), all(), settings),
		inPlace("tables/settings", "one set, one changed, one reset", "setting merge_max_block_size", all(setting("merge_with_ttl_timeout", "100"), setting("merge_max_block_size", "4096")),
			all(setting("min_bytes_for_wide_part", "0"), setting("merge_max_block_size", "2048")), settings),
		inPlace("tables/settings", "a truth value", "setting ttl_only_drop_parts", setting("ttl_only_drop_parts", "true"), setting("ttl_only_drop_parts", "false"), settings),
		inPlace("tables/settings", "a text", "setting deduplicate_merge_projection_mode", all(), setting("deduplicate_merge_projection_mode", "rebuild"), settings),
		again("tables/fixed settings", "index_granularity", "setting index_granularity", all(), setting("index_granularity", "1024")),
		again("tables/fixed settings", "index_granularity_bytes", "setting index_granularity_bytes", setting("index_granularity_bytes", "1048576"), all()),
		again("tables/fixed settings", "enable_mixed_granularity_parts", "setting enable_mixed_granularity_parts", all(), setting("enable_mixed_granularity_parts", "0")),
		inPlace("tables/index", "added", "index i", all(), index("i", "n", "minmax", 1), add),
		inPlace("tables/index", "removed", "index i", index("i", "n", "minmax", 1), all(), drop),
		inPlace("tables/index", "granularity", "index i", index("i", "n", "minmax", 1), index("i", "n", "minmax", 4), drop, add),
		inPlace("tables/index", "expression", "index i", index("i", "n", "minmax", 1), index("i", "n + 1", "minmax", 1), drop, add),
		inPlace("tables/index", "type", "index i", index("i", "n", "minmax", 1), index("i", "n", "set", 1, "100"), drop, add),
		inPlace("tables/index", "arguments", "index i", index("i", "n", "set", 1, "100"), index("i", "n", "set", 1, "50"), drop, add),
		inPlace("tables/index", "another name", "index j", index("i", "n", "minmax", 1), index("j", "n", "minmax", 1), drop, add),
		inPlace("tables/index", "two added", "index j", all(), all(index("i", "n", "minmax", 1), index("j", "at", "minmax", 1)), add, add),
		inPlace("tables/projection", "added", "projection p", all(), projection("p", "SELECT * ORDER BY n"), addP),
		inPlace("tables/projection", "removed", "projection p", projection("p", "SELECT * ORDER BY n"), all(), dropP),
		inPlace("tables/projection", "changed", "projection p", projection("p", "SELECT * ORDER BY n"), projection("p", "SELECT id, n ORDER BY n"), dropP, addP),
		inPlace("tables/constraint", "added", "constraint r", all(), constraint("r", "CHECK", "n > 0"), addC),
		inPlace("tables/constraint", "removed", "constraint r", constraint("r", "CHECK", "n > 0"), all(), dropC),
		inPlace("tables/constraint", "expression", "constraint r", constraint("r", "CHECK", "n > 0"), constraint("r", "CHECK", "n > 1"), dropC, addC),
		inPlace("tables/constraint", "CHECK to ASSUME", "constraint r", constraint("r", "CHECK", "n > 0"), constraint("r", "ASSUME", "n > 0"), dropC, addC),
		inPlace("tables/everything at once", "all appear", "TTL", all(), all(index("i", "n", "minmax", 1), projection("p", "SELECT * ORDER BY n"), constraint("r", "CHECK", "n > 0"), ttl("at + INTERVAL 1 DAY"), setting("merge_with_ttl_timeout", "100")),
			ttlOp, settings, add, addP, addC),
		inPlace("tables/everything at once", "all go", "TTL", all(index("i", "n", "minmax", 1), projection("p", "SELECT * ORDER BY n"), constraint("r", "CHECK", "n > 0"), ttl("at + INTERVAL 1 DAY"), setting("merge_with_ttl_timeout", "100")), all(),
			drop, dropP, dropC, ttlOp, settings),
		inPlace("tables/order by", "LowCardinality of its column", "column c", all(c("String"), orderBy("c")), all(c("String", low), orderBy("c")), plan.ModifyTableColumn),
		inPlace("tables/order by", "time zone of its column", "column c", all(c("DateTime"), orderBy("c")), all(c("DateTime('Europe/Berlin')"), orderBy("c")), plan.ModifyTableColumn),
		inPlace("tables/order by", "a member for the enum of its column", "column c", all(c(letters), orderBy("c")), all(c(members("A", "a", "B", "b", "C", "c")), orderBy("c")), plan.ModifyTableColumn),
		inPlace("tables/order by", "comment, codec and default of its column", "column c", all(c("Int8"), orderBy("c")), all(c("Int8", `"comment":"x","codec":"ZSTD","default":"1"`), orderBy("c")), plan.ModifyTableColumn),
		inPlace("tables/partition by", "LowCardinality of its column", "column c", all(c("String", low), partitionBy("c")), all(c("String"), partitionBy("c")), plan.ModifyTableColumn),
		inPlace("tables/order by an expression", "time zone of a column in it", "column c", all(c("DateTime"), orderByExpression("(id, toString(c))")), all(c("DateTime('Europe/Berlin')"), orderByExpression("(id, toString(c))")), plan.ModifyTableColumn),
		inPlace("tables/index", "type of its column", "column c", all(c("UInt32"), index("i", "c", "minmax", 1)), all(c("UInt64"), index("i", "c", "minmax", 1)), plan.ModifyTableColumn),
		inPlace("tables/projection", "type of its column", "column c", all(c("UInt32"), projection("p", "SELECT id, c ORDER BY c")), all(c("UInt64"), projection("p", "SELECT id, c ORDER BY c")), plan.ModifyTableColumn),
		inPlace("tables/projection", "SELECT *, and a column goes", "column c", all(c("UInt32"), projection("p", "SELECT * ORDER BY n")), projection("p", "SELECT * ORDER BY n"), plan.DropTableColumn),
		inPlace("tables/projection", "another column, and its old one goes", "projection p", all(c("UInt32"), projection("p", "SELECT c ORDER BY c")), projection("p", "SELECT n ORDER BY n"), dropP, plan.DropTableColumn, addP),
		inPlace("tables/index", "another column, and its old one goes", "index i", all(c("UInt32"), index("i", "c", "minmax", 1)), index("i", "n", "minmax", 1), drop, plan.DropTableColumn, add),
		inPlace("tables/constraint", "on a new column", "constraint r", constraint("r", "CHECK", "n > 1"), all(c("UInt32"), constraint("r", "CHECK", "c >= 0")), dropC, plan.AddTableColumn, addC),
		inPlace("tables/projection", "type of its column, which it groups by", "column c", all(c("UInt32"), projection("p", "SELECT c, sum(n) GROUP BY c")), all(c("UInt64"), projection("p", "SELECT c, sum(n) GROUP BY c")),
			dropP, plan.ModifyTableColumn, addP),
		inPlace("tables/projection", "type of its column, which it sums up", "column c", all(c("UInt32"), projection("p", "select id, SUM(c) group by id")), all(c("UInt32", optional), projection("p", "SELECT id, sum(c) GROUP BY id")),
			dropP, plan.ModifyTableColumn, addP),
		inPlace("tables/constraint", "type of its column", "column c", all(c("UInt32"), constraint("r", "CHECK", "c > 1")), all(c("UInt64"), constraint("r", "CHECK", "c > 1")), plan.ModifyTableColumn),
		inPlace("tables/TTL", "type of its column", "column c", all(c("DateTime"), ttl("c + INTERVAL 1 DAY")), all(c("Date16"), ttl("c + INTERVAL 1 DAY")), plan.ModifyTableColumn),
		again("tables/everything at once", "a key changes along with a column", "order by", c("Int32"), all(c("Int64"), orderBy("id", "c"))),
	}
}

const replica = `"keeper_path":"/t/{db}/{t}","replica_name":"r1"`

func buffer(rows string) string {
	return `{"target_database":"{db}","target_table":"{t}_s","num_layers":1,"min_time":10,"max_time":100,"min_rows":10,"max_rows":` + rows + `,"min_bytes":10,"max_bytes":1000}`
}

// queue makes the table an S3Queue.
func queue(t *inframap.Table) {
	all(engineOf("S3Queue", `{"s3_path":"https://bucket.s3.amazonaws.com/d/*","format":"CSV"}`), setting("keeper_path", "/q/{db}/{t}"))(t)
}

func seenEngines() []seen {
	over := func(engine tableChange) []object { return []object{tableNamed("_s"), tableNamed("", engine)} }
	signs := all(with("sign", "Int8"), with("v", "UInt64"), with("gone", "UInt8"))
	return []seen{
		again("engines/MergeTree", "to ReplacingMergeTree", "engine", all(), engineOf("ReplacingMergeTree", "")),
		again("engines/MergeTree", "to SummingMergeTree", "engine", all(), engineOf("SummingMergeTree", "")),
		again("engines/MergeTree", "to AggregatingMergeTree", "engine", orderBy("id", "at", "n"), all(engineOf("AggregatingMergeTree", ""), orderBy("id", "at", "n"))),
		again("engines/MergeTree", "to CollapsingMergeTree", "engine", signs, all(signs, engineOf("CollapsingMergeTree", `{"sign":"sign"}`))),
		again("engines/MergeTree", "to a Memory table", "engine", all(), opaque("Memory")),
		again("engines/ReplacingMergeTree", "to MergeTree", "engine", engineOf("ReplacingMergeTree", `{"ver":"at"}`), all()),
		again("engines/ReplacingMergeTree", "ver appears", "engine", engineOf("ReplacingMergeTree", ""), engineOf("ReplacingMergeTree", `{"ver":"at"}`)),
		again("engines/ReplacingMergeTree", "another ver", "engine", engineOf("ReplacingMergeTree", `{"ver":"at"}`), engineOf("ReplacingMergeTree", `{"ver":"n"}`)),
		inPlace("engines/ReplacingMergeTree", "wider type of the ver column", "column c", all(c("UInt32"), engineOf("ReplacingMergeTree", `{"ver":"c"}`)), all(c("UInt64"), engineOf("ReplacingMergeTree", `{"ver":"c"}`)), plan.ModifyTableColumn),
		inPlace("engines/SummingMergeTree", "type of a summed column", "column c", all(c("UInt32"), engineOf("SummingMergeTree", `{"columns":["c"]}`)), all(c("UInt64"), engineOf("SummingMergeTree", `{"columns":["c"]}`)), plan.ModifyTableColumn),
		again("engines/ReplacingMergeTree", "isDeleted appears", "engine", all(signs, engineOf("ReplacingMergeTree", `{"ver":"at"}`)), all(signs, engineOf("ReplacingMergeTree", `{"ver":"at","is_deleted":"gone"}`))),
		again("engines/SummingMergeTree", "other columns", "engine", all(with("m", "Int64"), engineOf("SummingMergeTree", `{"columns":["n"]}`)), all(with("m", "Int64"), engineOf("SummingMergeTree", `{"columns":["n","m"]}`))),
		again("engines/CollapsingMergeTree", "to VersionedCollapsingMergeTree", "engine", all(signs, engineOf("CollapsingMergeTree", `{"sign":"sign"}`)), all(signs, engineOf("VersionedCollapsingMergeTree", `{"sign":"sign","version":"v"}`))),
		again("engines/VersionedCollapsingMergeTree", "another version column", "engine", all(signs, engineOf("VersionedCollapsingMergeTree", `{"sign":"sign","version":"v"}`)), all(signs, engineOf("VersionedCollapsingMergeTree", `{"sign":"sign","version":"n"}`))),
		again("engines/Replicated…MergeTree", "to MergeTree", "engine", engineOf("ReplicatedMergeTree", `{`+replica+`}`), all()),
		changed("engines/Buffer", "other limits", over(engineOf("Buffer", buffer("100"))), over(engineOf("Buffer", buffer("200"))), recreate...),
		changed("engines/Buffer", "a column added", over(engineOf("Buffer", buffer("100"))), over(all(c("String"), engineOf("Buffer", buffer("100")))), plan.AddTableColumn),
		changed("engines/Merge", "another pattern", over(engineOf("Merge", `{"source_database":"{db}","tables_regexp":"^{t}_s"}`)), over(engineOf("Merge", `{"source_database":"{db}","tables_regexp":"^{t}_s$"}`)), recreate...),
		changed("engines/Merge", "a column changed", over(engineOf("Merge", `{"source_database":"{db}","tables_regexp":"^{t}_s"}`)), over(all(c("String"), engineOf("Merge", `{"source_database":"{db}","tables_regexp":"^{t}_s"}`))), plan.AddTableColumn),
		changed("engines/Merge", "a type that no row would be converted to", over(all(c("Int32"), engineOf("Merge", `{"source_database":"{db}","tables_regexp":"^{t}_s"}`))), over(all(c("Array(Int8)"), engineOf("Merge", `{"source_database":"{db}","tables_regexp":"^{t}_s"}`))), plan.ModifyTableColumn),
		again("engines/Kafka", "another topic", "engine", engineOf("Kafka", kafka), engineOf("Kafka", `{"broker_list":"localhost:9092","topic_list":"u","group_name":"g","format":"JSONEachRow"}`)),
		again("engines/Kafka", "a setting", "setting kafka_num_consumers", engineOf("Kafka", kafka), all(engineOf("Kafka", kafka), setting("kafka_num_consumers", "1"))),
		again("engines/Kafka", "a column added", "column c", engineOf("Kafka", kafka), all(c("String"), engineOf("Kafka", kafka))),
		again("engines/S3", "another format", "engine", engineOf("S3", `{"path":"https://bucket.s3.amazonaws.com/d","format":"CSV"}`), engineOf("S3", `{"path":"https://bucket.s3.amazonaws.com/d","format":"TSV"}`)),
		again("engines/S3", "another path", "engine", engineOf("S3", `{"path":"https://bucket.s3.amazonaws.com/d","format":"CSV"}`), engineOf("S3", `{"path":"https://bucket.s3.amazonaws.com/e","format":"CSV"}`)),
		again("engines/S3Queue", "a column added", "column c", all(engineOf("S3Queue", `{"s3_path":"https://bucket.s3.amazonaws.com/d/*","format":"CSV"}`), setting("mode", "unordered"), setting("keeper_path", "/q/{db}/{t}")),
			all(c("String"), engineOf("S3Queue", `{"s3_path":"https://bucket.s3.amazonaws.com/d/*","format":"CSV"}`), setting("mode", "unordered"), setting("keeper_path", "/q/{db}/{t}"))),
		inPlace("engines/S3Queue", "a setting that can change", "setting polling_max_timeout_ms", all(queue, setting("mode", "unordered")), all(queue, setting("mode", "unordered"), setting("polling_max_timeout_ms", "2000")), plan.ModifyTableSettings),
		inPlace("engines/S3Queue", "the number of threads, unordered", "setting processing_threads_num", all(queue, setting("mode", "unordered")), all(queue, setting("mode", "unordered"), setting("processing_threads_num", "3")), plan.ModifyTableSettings),
		again("engines/S3Queue", "the number of threads, ordered", "setting processing_threads_num", all(queue, setting("mode", "ordered")), all(queue, setting("mode", "ordered"), setting("processing_threads_num", "3"))),
		again("engines/S3Queue", "mode", "setting mode", all(queue, setting("mode", "unordered")), all(queue, setting("mode", "ordered"))),
		again("engines/S3", "a setting", "setting format_csv_delimiter", engineOf("S3", `{"path":"https://bucket.s3.amazonaws.com/d","format":"CSV"}`), all(engineOf("S3", `{"path":"https://bucket.s3.amazonaws.com/d","format":"CSV"}`), setting("format_csv_delimiter", ";"))),
		inPlace("engines/Engines that Moose cannot declare", "a setting of a Memory table", "setting max_rows_to_keep", opaque("Memory"), all(opaque("Memory"), setting("max_rows_to_keep", "10")), plan.ModifyTableSettings),
		inPlace("engines/Engines that Moose cannot declare", "type of a column of a Memory table", "column c", all(c("UInt32"), opaque("Memory")), all(c("UInt64"), opaque("Memory")), plan.ModifyTableColumn),
		inPlace("engines/Engines that Moose cannot declare", "comment of a column of a Log table", "column c", all(c("UInt32"), opaque("Log")), all(c("UInt32", `"comment":"x"`), opaque("Log")), plan.ModifyTableColumn),
		again("engines/Engines that Moose cannot declare", "a constraint on a Memory table", "constraint r", opaque("Memory"), all(opaque("Memory"), constraint("r", "CHECK", "n > 0"))),
		again("engines/Engines that Moose cannot declare", "another one", "engine", opaque("Log"), opaque("TinyLog")),
		again("engines/Engines that Moose cannot declare", "other arguments", "engine", opaque("Join(ANY, LEFT, id)"), opaque("Join(ALL, LEFT, id)")),
		inPlace("engines/Engines that Moose cannot declare", "a column added to a Memory table", "column c", opaque("Memory"), all(c("String"), opaque("Memory")), plan.AddTableColumn),
		again("engines/Engines that Moose cannot declare", "a column added to a Log table", "column c", opaque("Log"), all(c("String"), opaque("Log"))),
	}
}
