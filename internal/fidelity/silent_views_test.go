package fidelity

import "slices"

// viewSources are the objects that the views of the corpus read and fill.
var viewSources = []string{
	"CREATE TABLE {db}.source (id String, at DateTime('UTC'), n UInt32, tags Array(String), gone UInt8) ENGINE = ReplacingMergeTree(at) ORDER BY id",
	"CREATE TABLE {db}.target (id String, n UInt64) ENGINE = SummingMergeTree ORDER BY id",
	"CREATE TABLE {db}.`or der` (id String) ENGINE = MergeTree ORDER BY id",
	"CREATE TABLE {second}.other (id String, name String) ENGINE = MergeTree ORDER BY id",
	"CREATE TABLE {second}.copy (id String) ENGINE = MergeTree ORDER BY id",
	"CREATE VIEW {db}.lower AS SELECT id, n FROM {db}.source",
	"CREATE DICTIONARY {db}.dict (id UInt64, name String) PRIMARY KEY id SOURCE(NULL()) LAYOUT(FLAT()) LIFETIME(0)",
}

func silentViews() []viewPair {
	return slices.Concat(silentSelects, silentNamedViews, silentMaterialized)
}

var silentSelects = []viewPair{
	{row: "views/view", declared: "SELECT id, n FROM source", sql: "SELECT id, `n` FROM {db}.`source`"},
	{row: "views/view", declared: "SELECT id FROM `{db}`.`source`", sql: "SELECT id FROM {db}.source"},
	{row: "views/view", declared: "select id from source where n>100", sql: "SELECT `id` FROM {db}.source WHERE n > 100"},
	{row: "views/view", declared: "SELECT * FROM `{db}`.`source`", sql: "SELECT * FROM {db}.source"},
	{row: "views/view", declared: "SELECT `id` AS `key`, COUNT(*) AS `c` FROM `source` GROUP BY `key`", sql: "SELECT id AS key, count(*) AS c FROM {db}.source GROUP BY key"},
	{row: "views/view", declared: "SELECT s.id FROM source AS s", sql: "SELECT s.id FROM {db}.source s"},
	{row: "views/view", declared: "SELECT source.id FROM source", sql: "SELECT {db}.source.id FROM {db}.source"},
	{row: "views/view", declared: "SELECT id FROM `or der`", sql: "SELECT id FROM {db}.`or der`"},
	{row: "views/view", declared: "-- what it is for\nSELECT id /* the key */ FROM source -- end", sql: "SELECT id FROM {db}.source"},
	{row: "views/view", declared: "SELECT id FROM source ORDER BY id DESC LIMIT 10 OFFSET 5", sql: "SELECT id FROM {db}.source ORDER BY id DESC LIMIT 5, 10"},
	{row: "views/view", declared: "SELECT DISTINCT id FROM source", sql: "select distinct id from {db}.source"},
	{row: "views/view", declared: "SELECT id, n FROM source HAVING n > 1", sql: "SELECT id, n FROM {db}.source HAVING n > 1"},
	{row: "views/with", declared: "WITH x AS (SELECT id FROM source) SELECT * FROM x", sql: "WITH x AS (SELECT id FROM {db}.source) SELECT * FROM x"},
	{row: "views/with", declared: "WITH 5 AS k SELECT id, n * k AS m FROM source", sql: "WITH 5 AS k SELECT id, n*k AS m FROM {db}.source"},
	{row: "views/with", declared: "WITH (SELECT max(n) FROM source) AS top SELECT id FROM source WHERE n = top", sql: "WITH (SELECT MAX(n) FROM {db}.source) AS top SELECT id FROM {db}.source WHERE n = top"},
	{row: "views/with", declared: "WITH source AS (SELECT id FROM `or der`) SELECT id FROM source", sql: "WITH source AS (SELECT id FROM {db}.`or der`) SELECT id FROM source"},
	{row: "views/join", declared: "SELECT a.id, b.name FROM source AS a LEFT JOIN {second}.other AS b ON a.id = b.id", sql: "SELECT a.id, b.name FROM {db}.source a LEFT JOIN {second}.other b ON (a.id = b.id)"},
	{row: "views/join", declared: "SELECT id, name FROM source INNER JOIN {second}.other USING (id)", sql: "SELECT id, name FROM {db}.source INNER JOIN {second}.other USING (id)"},
	{row: "views/join", declared: "SELECT a.id FROM source a, `or der` b WHERE a.id = b.id", sql: "SELECT a.id FROM {db}.source AS a, {db}.`or der` AS b WHERE a.id = b.id"},
	{row: "views/join", declared: "SELECT id FROM source ANY LEFT JOIN `or der` USING id", sql: "SELECT id FROM {db}.source ANY LEFT JOIN {db}.`or der` USING (id)"},
	{row: "views/join", declared: "SELECT id, tag FROM source ARRAY JOIN tags AS tag", sql: "SELECT id, tag FROM {db}.source ARRAY JOIN tags AS tag"},
	{row: "views/union", declared: "SELECT id FROM source UNION ALL SELECT id FROM `or der`", sql: "SELECT id FROM {db}.source UNION ALL SELECT id FROM {db}.`or der`"},
	{row: "views/union", declared: "(SELECT id FROM source) UNION DISTINCT (SELECT id FROM lower)", sql: "SELECT id FROM {db}.source UNION DISTINCT SELECT id FROM {db}.lower"},
	{row: "views/union", declared: "SELECT id FROM source INTERSECT SELECT id FROM lower", sql: "SELECT id FROM {db}.source INTERSECT SELECT id FROM {db}.lower"},
	{row: "views/subquery", declared: "SELECT id FROM (SELECT id, n FROM source WHERE n > 1) WHERE n < 9", sql: "SELECT id FROM (SELECT id, n FROM {db}.source WHERE n > 1) WHERE n < 9"},
	{row: "views/subquery", declared: "SELECT id FROM source WHERE id IN (SELECT id FROM `or der`)", sql: "SELECT id FROM {db}.source WHERE id IN (SELECT id FROM {db}.`or der`)"},
	{row: "views/subquery", declared: "SELECT id FROM source WHERE id IN source", sql: "SELECT id FROM {db}.source WHERE id IN ({db}.source)"},
	{row: "views/subquery", declared: "SELECT id, (SELECT count() FROM lower) AS c FROM source", sql: "SELECT id, (SELECT COUNT() FROM {db}.lower) AS c FROM {db}.source"},
	{row: "views/subquery", declared: "SELECT id FROM source WHERE EXISTS (SELECT 1 FROM lower)", sql: "SELECT id FROM {db}.source WHERE exists (SELECT 1 FROM {db}.lower)"},
	{row: "views/FINAL, PREWHERE, LIMIT BY, SETTINGS", declared: "SELECT id FROM source FINAL WHERE gone = 0", sql: "SELECT id FROM {db}.source FINAL WHERE gone=0"},
	{row: "views/FINAL, PREWHERE, LIMIT BY, SETTINGS", declared: "SELECT id FROM source PREWHERE n = 1 WHERE id != ''", sql: "SELECT id FROM {db}.source PREWHERE n = 1 WHERE id <> ''"},
	{row: "views/FINAL, PREWHERE, LIMIT BY, SETTINGS", declared: "SELECT id, n FROM source ORDER BY n LIMIT 2 BY id", sql: "SELECT id, n FROM {db}.source ORDER BY n ASC LIMIT 2 BY id"},
	{row: "views/FINAL, PREWHERE, LIMIT BY, SETTINGS", declared: "SELECT id FROM source SETTINGS max_threads=1", sql: "SELECT id FROM {db}.source SETTINGS max_threads = 1"},
	{row: "views/window functions", declared: "SELECT id, row_number() OVER (PARTITION BY id ORDER BY at) AS r FROM source", sql: "SELECT id, ROW_NUMBER() OVER (PARTITION BY id ORDER BY at ASC) AS r FROM {db}.source"},
	{row: "views/window functions", declared: "SELECT id, sum(n) OVER w AS s FROM source WINDOW w AS (PARTITION BY id)", sql: "SELECT id, SUM(n) OVER w AS s FROM {db}.source WINDOW w AS (PARTITION BY id)"},
	{row: "views/functions", declared: "SELECT AVG(n) AS a, countIf(n > 1) AS b, uniq(id) AS c, quantile(0.5)(n) AS d FROM source", sql: "SELECT avg(n) AS a, countIf(n>1) AS b, uniq(id) AS c, quantile(0.5)(n) AS d FROM {db}.source"},
	{row: "views/functions", declared: "SELECT arrayJoin(tags) AS tag, If(n = 1, 'a', 'b') AS b FROM source", sql: "SELECT arrayJoin(tags) AS tag, if(n = 1, 'a', 'b') AS b FROM {db}.source"},
	{row: "views/functions", declared: "SELECT dictGet('{db}.dict', 'name', toUInt64(n)) AS name FROM source", sql: "SELECT dictGet('{db}.dict', 'name', toUInt64(n)) AS name FROM {db}.source"},
	{row: "views/functions", declared: "SELECT CASE n WHEN 1 THEN 'a' ELSE 'b' END AS c, CAST(n AS String) AS d, n::UInt8 AS e, at + INTERVAL 1 DAY AS f FROM source", sql: "SELECT caseWithExpression(n, 1, 'a', 'b') AS c, CAST(n, 'String') AS d, CAST(n, 'UInt8') AS e, at + toIntervalDay(1) AS f FROM {db}.source"},
	{row: "views/functions", declared: "SELECT * EXCEPT (gone), n AS m FROM source", sql: "SELECT * EXCEPT gone, n AS m FROM {db}.source"},
	{row: "views/functions", declared: "SELECT COLUMNS('^i') FROM source", sql: "SELECT COLUMNS('^i') FROM {db}.source"},
	{row: "views/group by", declared: "SELECT toDate(at) AS d, sum(n) AS s FROM source GROUP BY d WITH TOTALS", sql: "SELECT toDate(at) AS d, SUM(n) AS s FROM {db}.source GROUP BY d WITH TOTALS"},
	{row: "views/group by", declared: "SELECT id, n, count() AS c FROM source GROUP BY GROUPING SETS ((id), (n))", sql: "SELECT id, n, COUNT() AS c FROM {db}.source GROUP BY GROUPING SETS ((id), (n))"},
	{row: "views/parametrised view", declared: "SELECT id FROM source WHERE n > {least:UInt32}", sql: "SELECT id FROM {db}.source WHERE n > {least:UInt32}"},
	{row: "views/view over a view", declared: "SELECT id FROM lower", sql: "SELECT id FROM {db}.lower"},
	{row: "views/view over another database", declared: "SELECT id, name FROM {second}.other", sql: "SELECT id, name FROM `{second}`.`other`"},
	{row: "views/view over a table function", declared: "SELECT number AS n FROM numbers(10)", sql: "SELECT number AS n FROM numbers( 10 )"},
}

var silentNamedViews = []viewPair{
	{row: "views/how it was made", declared: "SELECT id FROM source", sql: "CREATE VIEW {db}.{t} (id String) AS SELECT id FROM {db}.source"},
	{row: "views/how it was made", declared: "SELECT id FROM source", sql: "CREATE OR REPLACE VIEW {db}.{t} AS SELECT id FROM {db}.source"},
	{row: "views/how it was made", declared: "SELECT id FROM source", sql: "CREATE VIEW {db}.{t} SQL SECURITY INVOKER AS SELECT id FROM {db}.source"},
	{row: "views/how it was made", declared: "SELECT id FROM source", sql: "CREATE VIEW {db}.{t} AS SELECT id FROM {db}.source COMMENT 'what it is AS for'"},
	{row: "views/how it was made", declared: "SELECT id FROM source", sql: "CREATE VIEW {db}.{t} AS (SELECT id FROM {db}.source)"},
	{row: "views/name", declared: "SELECT id FROM source", sql: "CREATE VIEW {db}.{t}_2024 AS SELECT id FROM {db}.source", name: "_2024"},
	{row: "views/name", declared: "SELECT id FROM source", sql: "CREATE VIEW {db}.`{t} AS \\`SELECT\\` (it's)` AS SELECT id FROM {db}.source", name: " AS `SELECT` (it's)"},
	{row: "views/view over another database", declared: "SELECT id FROM {second}.other", sql: "CREATE VIEW {second}.{t} AS SELECT id FROM {second}.other", database: "{second}"},
	{row: "views/view over another database", declared: "SELECT id FROM source", sql: "CREATE VIEW {second}.{t} AS SELECT id FROM {db}.source", database: "{second}"},
}

var silentMaterialized = []viewPair{
	{row: "views/materialized view", target: "target", declared: "SELECT id, sum(n) AS n FROM source GROUP BY id", sql: "SELECT `id`, SUM(n) AS n FROM {db}.source GROUP BY id"},
	{row: "views/materialized view", target: "target", declared: "SELECT `id` AS id, toUInt64(n) AS n FROM `{db}`.`source`", sql: "SELECT id AS id, toUInt64(n) AS n FROM {db}.source"},
	{row: "views/materialized view", target: "target", declared: "SELECT id, COUNT(*) AS n FROM source WHERE gone = 0 GROUP BY id", sql: "SELECT id, count(*) AS n FROM {db}.source WHERE gone=0 GROUP BY id"},
	{row: "views/materialized view", target: "target", declared: "WITH a AS (SELECT id, n FROM source) SELECT id, toUInt64(n) AS n FROM a", sql: "WITH a AS (SELECT id, n FROM {db}.source) SELECT id, toUInt64(n) AS n FROM a"},
	{row: "views/materialized view", target: "target", declared: "SELECT s.id AS id, toUInt64(s.n) AS n FROM source AS s JOIN {second}.other AS o ON s.id = o.id", sql: "SELECT s.id AS id, toUInt64(s.n) AS n FROM {db}.source s JOIN {second}.other o ON s.id = o.id"},
	{row: "views/materialized view", target: "target", declared: "SELECT tag AS id, toUInt64(1) AS n FROM source ARRAY JOIN tags AS tag", sql: "SELECT tag AS id, toUInt64(1) AS n FROM {db}.source ARRAY JOIN tags AS tag"},
	{row: "views/materialized view", target: "target", declared: "SELECT id, sum(n) AS n FROM source GROUP BY id", sql: "CREATE MATERIALIZED VIEW {db}.{t} TO {db}.target (id String, n UInt64) AS SELECT id, sum(n) AS n FROM {db}.source GROUP BY id"},
	{row: "views/materialized view", target: "target", declared: "SELECT id, sum(n) AS n FROM source AS s GROUP BY id", sql: "CREATE MATERIALIZED VIEW {db}.{t} TO {db}.target (id String, n Float64) AS SELECT id, sum(n) AS n FROM {db}.source AS s GROUP BY id"},
	{row: "views/materialized view", target: "{second}.copy", declared: "SELECT id FROM source", sql: "CREATE MATERIALIZED VIEW {db}.{t} TO {second}.copy AS SELECT id FROM {db}.source"},
	{row: "views/materialized view", target: "{second}.copy", declared: "SELECT id FROM {second}.other", sql: "CREATE MATERIALIZED VIEW {second}.{t} TO {second}.copy AS SELECT id FROM {second}.other", database: "{second}"},
	{row: "views/materialized view", target: "target", declared: "SELECT id, toUInt64(n) AS n FROM source", sql: "CREATE MATERIALIZED VIEW {db}.`{t} TO AS (` TO {db}.target AS SELECT id, toUInt64(n) AS n FROM {db}.source", name: " TO AS ("},
	{row: "views/materialized view", target: "target", declared: "SELECT id, toUInt64(n) AS n FROM source", sql: "CREATE MATERIALIZED VIEW {db}.{t} TO {db}.target AS SELECT id, toUInt64(n) AS n FROM {db}.source COMMENT 'what it is AS for'"},
}
