CREATE TABLE types (
  `id` String, `i8` Int8, `i16` Int16, `i32` Int32, `i64` Int64, `u8` UInt8, `u16` UInt16, `u32` UInt32, `u64` UInt64,
  `f32` Float32, `f64` Float64, `flag` Bool, `dec9` Decimal(9, 2), `dec76` Decimal(76, 10), `fixed` FixedString(16),
  `date32` Date32, `date` Date, `datetime` DateTime('UTC'), `dt0` DateTime64(0), `dt3` DateTime64(3), `dt9` DateTime64(9),
  `uuid` UUID, `ip4` IPv4, `ip6` IPv6,
  `low` LowCardinality(String), `low_null` LowCardinality(Nullable(String)), `low_fixed` LowCardinality(FixedString(2)),
  `opt_string` Nullable(String), `opt_int` Nullable(Int32), `opt_dec` Nullable(Decimal(12, 3)), `opt_date` Nullable(Date), `opt_dt` Nullable(DateTime64(6)),
  `opt_bool` Nullable(Bool), `opt_uuid` Nullable(UUID), `opt_enum` Nullable(Enum8('x' = 1, 'y' = 5)),
  `enum8` Enum8('a' = -1, 'b-c' = 2, 'class' = 3), `enum16` Enum16('small' = 1, 'large' = 1000), `enum_quote` Enum8('it\'s "x"' = 1, '__proto__' = 2, '' = 3),
  `enum_numbers` Enum8('1' = 1, '2' = 2),
  `moose_enum` Enum8('active' = 1, 'gone away' = 2) COMMENT 'A status [MOOSE_METADATA:DO_NOT_MODIFY] {"version":1,"enum":{"name":"Status","members":[{"name":"Active","value":"active"},{"name":"Gone","value":"gone away"}]}}',
  `stale_enum` Enum8('p' = 1, 'q' = 2) COMMENT '[MOOSE_METADATA:DO_NOT_MODIFY] {"version":1,"enum":{"name":"Stale","members":[{"name":"P","value":"p"},{"name":"R","value":"r"}]}}',
  `arr` Array(String), `arr_null` Array(Nullable(Int32)), `arr_arr` Array(Array(Decimal(12, 3))), `arr_enum` Array(Enum8('l' = 1, 'r' = 2)),
  `arr_dt` Array(DateTime64(3)), `arr_tuple` Array(Tuple(x Float64, `y z` Array(Nullable(String)))),
  `m1` Map(String, Int32), `m2` Map(Int32, Array(String)), `m3` Map(UUID, String), `m4` Map(FixedString(2), Map(String, Float64)), `m5` Map(Date, UInt8),
  `tup` Tuple(a Int8, b Tuple(c String, d Enum8('one' = 1))),
  `nest` Nested(street String, `low` LowCardinality(String), zip Nullable(String), deep Nested(x Int8)),
  `j` JSON, `j_opt` JSON(max_dynamic_paths = 8, max_dynamic_types = 4, `a.b` String, c UInt8, `when` DateTime64(3), SKIP `d.e`, SKIP f, SKIP REGEXP '^"x\\d'),
  `j_skip` JSON(SKIP g), `m_json` Map(String, JSON),
  `pt` Point, `ring` Ring, `ls` LineString, `mls` MultiLineString, `poly` Polygon, `mpoly` MultiPolygon
) ENGINE = MergeTree ORDER BY id;
CREATE TABLE attributes (
  `tenant` LowCardinality(String) COMMENT 'Who: "quoted", back\\slash, ${x} and `tick`',
  `id` UInt64 CODEC(Delta(8), LZ4),
  `at` DateTime('UTC') DEFAULT now() COMMENT 'two\nlines' CODEC(DoubleDelta, ZSTD(1)),
  `ver` DateTime64(3) DEFAULT now64(3),
  `deleted` UInt8 DEFAULT 0,
  `name` String DEFAULT concat('it\'s "', '\n', '`$'),
  `list` Array(String) DEFAULT ['"', 'b'] CODEC(ZSTD(3)),
  `kv` Map(String, Int32) DEFAULT map('"', 1),
  `amount` Decimal(12, 2) DEFAULT 1.5 CODEC(ZSTD(1)),
  `kind` Enum8('a' = 1, 'b' = 2) DEFAULT 'a',
  `pair` Tuple(a Int8, b String) DEFAULT (1, '"'),
  `doc` JSON(a UInt8) CODEC(ZSTD(2)),
  `hash` UInt64 MATERIALIZED cityHash64(name, '"'),
  `day` Date MATERIALIZED toDate(at),
  `days` Array(Date) MATERIALIZED [toDate(at)],
  `upper_name` String ALIAS upper(name),
  `short_lived` Nullable(String) TTL at + toIntervalDay(7),
  `opt_default` Nullable(DateTime('UTC')) DEFAULT now(),
  `flag` Bool DEFAULT true,
  INDEX idx_name name TYPE bloom_filter(0.01) GRANULARITY 4,
  INDEX idx_set (kind, deleted) TYPE set(100) GRANULARITY 1,
  INDEX idx_expr lower(name) TYPE ngrambf_v1(3, 256, 2, 0) GRANULARITY 2,
  PROJECTION p_kind (SELECT kind, count() GROUP BY kind),
  PROJECTION `p-all` (SELECT * ORDER BY name),
  CONSTRAINT `c-positive` CHECK id > 0,
  CONSTRAINT c_assume ASSUME length(tenant) > 0
) ENGINE = ReplacingMergeTree(ver, deleted)
PARTITION BY (toYYYYMM(at), tenant) PRIMARY KEY (tenant, intHash32(id)) ORDER BY (tenant, intHash32(id), at) SAMPLE BY intHash32(id)
TTL at + toIntervalMonth(3) SETTINGS index_granularity = 4096, min_bytes_for_wide_part = 1000, deduplicate_merge_projection_mode = 'drop';
CREATE TABLE sums (`day` Date, `key` UInt32, `a` UInt64, `b` Float64) ENGINE = SummingMergeTree((a, b)) ORDER BY (day, key);
CREATE TABLE plainly (`b` UInt32, `a` UInt32) ENGINE = MergeTree PRIMARY KEY a ORDER BY (a, b);
CREATE TABLE unsorted (`a` UInt32) ENGINE = MergeTree ORDER BY tuple();
CREATE TABLE backwards (`a` UInt32, `b` UInt32) ENGINE = MergeTree ORDER BY (b, a);
CREATE TABLE descending (`a` UInt32, `b` UInt32) ENGINE = MergeTree ORDER BY (a, b DESC) SETTINGS allow_experimental_reverse_key = 1;
CREATE TABLE collapsing (`id` String, `sign` Int8) ENGINE = CollapsingMergeTree(sign) ORDER BY id;
CREATE TABLE versioned (`id` String, `sign` Int8, `ver` UInt32) ENGINE = VersionedCollapsingMergeTree(sign, ver) ORDER BY id;
CREATE TABLE aggregates (
  `k` String, `uniques` AggregateFunction(uniq, UInt64), `quant` AggregateFunction(quantiles(0.5, 0.9), Float64), `cnt` AggregateFunction(count),
  `arg` AggregateFunction(argMax, String, DateTime('UTC')), `dec` AggregateFunction(sum, Decimal(12, 3)),
  `s` SimpleAggregateFunction(sum, UInt64), `mx` SimpleAggregateFunction(max, DateTime64(3)), `arr` SimpleAggregateFunction(groupArrayArray, Array(String))
) ENGINE = AggregatingMergeTree ORDER BY k;
CREATE TABLE `date` (`date` Date, `list` String, `Optional` Nullable(Int8), `type` String, `Key` Nullable(String), `BaseModel` Nullable(String), `json` String,
  `model_config` String, `copy` Nullable(String), `_private` String, `a-b` String, `column_11` Nullable(String), `new
line` UInt8, `back``tick` String, `b\\s` String, `dollar${1+1}` String, `apo's` String COMMENT '*/ process.exit(9) /* @x', `__proto__` String, `constructor` String, `class` String, `1` String, `ünï` String,
  `.x` String) ENGINE = MergeTree ORDER BY (`a-b`, `new
line`) PARTITION BY `apo's`;
CREATE TABLE `Date Type` (`Date` Enum8('Date' = 1), `x` Enum8('Object' = 1, 'String' = 2)) ENGINE = MergeTree ORDER BY tuple();
CREATE TABLE `weird"; process.exit(7); //` (`id` String) ENGINE = MergeTree ORDER BY id;
CREATE TABLE `line
break''` (`id` String) ENGINE = MergeTree ORDER BY id;
CREATE TABLE s3_open (`id` String) ENGINE = S3('https://bucket.example.com/a.json', NOSIGN, 'JSONEachRow');
CREATE TABLE s3_signed (`id` String, `day` Date) ENGINE = S3('https://bucket.example.com/b.parquet', 'AKIAEXAMPLE', 'verysecretkey', 'Parquet', 'gzip');
CREATE TABLE buffered (`a` UInt32) ENGINE = Buffer('$DB', 'unsorted', 16, 10, 100, 10000, 1000000, 10000000, 100000000);
CREATE TABLE merged (`a` UInt32) ENGINE = Merge('$DB', '^unsorted$');
CREATE DATABASE `$DB-other`;
CREATE TABLE `$DB-other`.elsewhere (`id` String) ENGINE = MergeTree ORDER BY id;
