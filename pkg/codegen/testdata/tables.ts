// AUTO-GENERATED FILE. DO NOT EDIT.
// `moose db pull` writes it from what ClickHouse holds, and writes over it the next time.

import { ClickHouseByteSize, ClickHouseCodec, ClickHouseDefault, ClickHouseEngines, ClickHouseMaterialized, ClickHouseNamedTuple, ClickHouseTTL, DateTime, Decimal, Key, LifeCycle, LowCardinality, OlapTable, UInt32, UInt64, WithDefault, mooseRuntimeEnv } from "@514labs/moose-lib";
import { tags } from "typia";

export interface events {
  id: Key<string>;
  v: UInt64;
}

export const EventsTable = new OlapTable<events>("events", {
  engine: ClickHouseEngines.ReplicatedReplacingMergeTree,
  keeperPath: "/path",
  replicaName: "{replica}",
  ver: "v",
  orderByFields: ["id"],
  cluster: "main",
  version: "1.2",
  lifeCycle: LifeCycle.DELETION_PROTECTED,
  seedFilter: { limit: 10 },
});

// NOT AS IN CLICKHOUSE: engine: left out, because it can be a credential: headers
export interface files {
  m: string;
}

export const FilesTable = new OlapTable<files>("files", {
  engine: ClickHouseEngines.S3Queue,
  s3Path: "https://h/*",
  format: "CSV",
  compression: "gzip",
  settings: { "keeper_path": "/k", "mode": "ordered" },
});

export interface lake {
  m: string;
}

export const LakeTable = new OlapTable<lake>("lake", {
  engine: ClickHouseEngines.IcebergS3,
  path: "https://h/lake/",
  format: "Parquet",
  lifeCycle: LifeCycle.EXTERNALLY_MANAGED,
});

export interface OrdersLines {
  sku: string;
  n: UInt32;
}

export enum OrdersKind {
  "new" = 1,
  "second hand" = 2,
}

// NOT AS IN CLICKHOUSE: column local: it is DateTime('Europe/Berlin') and is declared as DateTime('UTC'): moose-lib cannot choose the time zone
// NOT AS IN CLICKHOUSE: column day: moose-lib cannot declare STATISTICS (tdigest)
// NOT AS IN CLICKHOUSE: column anything: it is not declared: moose-lib has no declaration for the type Variant(Int8, String)
// NOT AS IN CLICKHOUSE: column gone: it is not declared: moose-lib cannot declare EPHEMERAL columns
// NOT AS IN CLICKHOUSE: projection indexed: moose-lib cannot declare it
// NOT AS IN CLICKHOUSE: comment: moose-lib cannot declare the comment of a table: All orders
export interface orders {
  id: Key<string & tags.Format<"uuid">>;
  placed: Key<DateTime & ClickHouseDefault<"now()"> & ClickHouseCodec<"Delta(4), ZSTD(1)">>;
  /** open, paid or "gone" */
  status: string & LowCardinality;
  note?: string & ClickHouseTTL<"placed + toIntervalDay(7)">;
  local: DateTime;
  amount: Decimal<12, 2>;
  lines: (OrdersLines & ClickHouseNamedTuple)[];
  kind: WithDefault<OrdersKind, "'new'">;
  day: string & tags.Format<"date"> & ClickHouseByteSize<2> & ClickHouseMaterialized<"toDate(placed)">;
}

export const OrdersTable = new OlapTable<orders>("orders", {
  engine: ClickHouseEngines.MergeTree,
  orderByFields: ["id", "placed"],
  partitionBy: "toYYYYMM(placed)",
  ttl: "placed + toIntervalYear(1)",
  lifeCycle: LifeCycle.EXTERNALLY_MANAGED,
  settings: { "min_bytes_for_wide_part": "0" },
  indexes: [{ name: "by_status", expression: "status", type: "set", arguments: ["10"], granularity: 2 }],
  projections: [{ name: "days", body: "SELECT day, count() GROUP BY day" }],
  constraints: [{ name: "positive", expression: "amount > 0", type: "CHECK" }],
});

// Set QUEUE_KAFKA_SASL_PASSWORD in the environment; ClickHouse has a value for setting kafka_sasl_password that is not written here.
export interface queue {
  m: string;
}

export const QueueTable = new OlapTable<queue>("queue", {
  engine: ClickHouseEngines.Kafka,
  brokerList: "kafka:9092",
  topicList: "topic",
  groupName: "group",
  format: "JSONEachRow",
  lifeCycle: LifeCycle.EXTERNALLY_MANAGED,
  settings: { "kafka_num_consumers": "2", "kafka_sasl_password": mooseRuntimeEnv.get("QUEUE_KAFKA_SASL_PASSWORD") } as any,
});

export interface replicated {
  m: string;
}

export const ReplicatedTable = new OlapTable<replicated>("replicated", {
  engine: ClickHouseEngines.ReplicatedSummingMergeTree,
  keeperPath: "/p",
  replicaName: "r",
  columns: ["m"],
  orderByExpression: "tuple()",
  lifeCycle: LifeCycle.EXTERNALLY_MANAGED,
});

export interface spool {
  m: string;
}

export const SpoolTable = new OlapTable<spool>("spool", {
  engine: ClickHouseEngines.Buffer,
  targetDatabase: "shop",
  targetTable: "orders",
  numLayers: 1,
  minTime: 2,
  maxTime: 3,
  minRows: 4,
  maxRows: 5,
  minBytes: 6,
  maxBytes: 7,
  flushTime: 8,
  lifeCycle: LifeCycle.EXTERNALLY_MANAGED,
});

export interface spread {
  m: string;
}

export const SpreadTable = new OlapTable<spread>("spread", {
  engine: ClickHouseEngines.Distributed,
  cluster: "main",
  targetDatabase: "shop",
  targetTable: "orders",
  shardingKey: "cityHash64(m)",
  policyName: "policy",
  lifeCycle: LifeCycle.EXTERNALLY_MANAGED,
});

// NOT AS IN CLICKHOUSE: engine: left out, because it can be a credential: session_token
// Set OLD_ORDERS_AWS_ACCESS_KEY_ID in the environment; ClickHouse has a value for aws_access_key_id that is not written here.
// Set OLD_ORDERS_AWS_SECRET_ACCESS_KEY in the environment; ClickHouse has a value for aws_secret_access_key that is not written here.
export interface OldOrders {
  id: UInt64;
}

export const OldOrdersTable = new OlapTable<OldOrders>("old-orders", {
  engine: ClickHouseEngines.S3,
  path: "https://h/x",
  format: "Parquet",
  awsAccessKeyId: mooseRuntimeEnv.get("OLD_ORDERS_AWS_ACCESS_KEY_ID"),
  awsSecretAccessKey: mooseRuntimeEnv.get("OLD_ORDERS_AWS_SECRET_ACCESS_KEY"),
  database: "archive",
  lifeCycle: LifeCycle.EXTERNALLY_MANAGED,
});

// NOT IN THIS FILE: table shop.remote: it is not declared: moose-lib has no declaration for the engine MySQL
