import {
  Aggregated,
  ClickHouseAlias,
  ClickHouseCodec,
  ClickHouseDefault,
  ClickHouseEngines,
  ClickHouseMaterialized,
  ClickHouseNamedTuple,
  ClickHouseTTL,
  DateTime,
  DateTime64,
  Decimal,
  FixedString,
  Float32,
  Int64,
  Key,
  LifeCycle,
  LowCardinality,
  MaterializedView,
  OlapTable,
  SimpleAggregated,
  UInt64,
  View,
  sql,
} from "@514labs/moose-lib";
import { tags } from "typia";

enum Status {
  Open = "open",
  Done = "done",
  Late = "late",
}
enum Level {
  LOW = 1,
  HIGH = 10,
  TOP = 20,
}
interface Address {
  street: string;
  zip?: string;
}
interface Point {
  x: number;
  y: number;
}

/** One of every kind of column */
export interface Event {
  /** what it is known by, for ever */
  id: Key<string>;
  at: DateTime;
  exact: DateTime64<3>;
  day: string & tags.Format<"date">;
  uid: string & tags.Format<"uuid">;
  ip: string & tags.Format<"ipv4">;
  n: number;
  f32: Float32;
  i32: Int64;
  u64: UInt64;
  price: Decimal<10, 2>;
  hash: FixedString<16>;
  inserted: Float32 & ClickHouseDefault<"1.5">;
  flag?: boolean;
  note?: string;
  labels: string[];
  maybeLabels: (string | null)[];
  address: Address;
  addresses: Address[];
  point: Point & ClickHouseNamedTuple;
  counters: Record<string, number>;
  status: Status;
  /** how loud, it's a number */
  level: Level;
  country: string;
  kind: "a" | "b";
  source: string & ClickHouseDefault<"'web'">;
  secret: string & ClickHouseTTL<"at + INTERVAL 60 DAY">;
  blob: string & ClickHouseCodec<"ZSTD(6)">;
  digest: UInt64 & ClickHouseMaterialized<"cityHash64(id)">;
  short: string & ClickHouseAlias<"substring(id, 1, 3)">;
  tail?: string;
}

export const Events = new OlapTable<Event>("Events", {
  engine: ClickHouseEngines.ReplacingMergeTree,
  ver: "at",
  orderByFields: ["id", "at"],
  partitionBy: "toYYYYMM(at)",
  ttl: "at + INTERVAL 180 DAY DELETE",
  settings: { index_granularity: "4096", merge_with_ttl_timeout: "7200" },
  indexes: [
    { name: "by_country", expression: "country", type: "set", arguments: ["100"], granularity: 4 },
    { name: "by_u64", expression: "u64", type: "minmax", granularity: 2 },
  ],
});

interface Reading {
  sensor: Key<UInt64>;
  at: DateTime;
  value: number;
  unit: string & LowCardinality;
}

export const Readings = new OlapTable<Reading>("Readings", {
  orderByFields: ["sensor", "at"],
  version: "1.0",
  lifeCycle: LifeCycle.DELETION_PROTECTED,
});

interface Spread {
  id: string;
  at: DateTime;
}

export const Spreads = new OlapTable<Spread>("Spreads", {
  orderByExpression: "(cityHash64(id), at)",
  primaryKeyExpression: "cityHash64(id)",
  sampleByExpression: "cityHash64(id)",
});

interface Fresh {
  id: Key<string>;
  level: Level;
  spans: Address[];
}

export const Arrivals = new OlapTable<Fresh>("Arrivals", { orderByFields: ["id"], settings: { index_granularity: "1024" } });

/** Totals per country */
interface Total {
  country: Key<string>;
  events: UInt64 & SimpleAggregated<"sum", UInt64>;
  mean: number & Aggregated<"avg", [number]>;
}

export const Totals = new MaterializedView<Total>({
  materializedViewName: "TotalsMV",
  targetTable: { name: "Totals", engine: ClickHouseEngines.AggregatingMergeTree, orderByFields: ["country"] },
  selectTables: [Events],
  selectStatement: sql`SELECT ${Events.columns.country} AS country, count() AS events, avgState(${Events.columns.n}) AS mean FROM ${Events} WHERE ${Events.columns.n} > 0 GROUP BY country`,
});

export const OpenEvents = new View(
  "OpenEvents",
  sql`SELECT ${Events.columns.id}, ${Events.columns.n} FROM ${Events} WHERE ${Events.columns.status} != 'done'`,
  [Events],
);
