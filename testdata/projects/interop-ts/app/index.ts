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
  Int32,
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
}
enum Level {
  LOW = 1,
  HIGH = 10,
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
  /** what it is known by */
  id: Key<string>;
  at: DateTime;
  exact: DateTime64<3>;
  day: string & tags.Format<"date">;
  uid: string & tags.Format<"uuid">;
  ip: string & tags.Format<"ipv4">;
  n: number;
  f32: Float32;
  i32: Int32;
  u64: UInt64;
  price: Decimal<10, 2>;
  hash: FixedString<16>;
  flag: boolean;
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
  country: string & LowCardinality;
  kind: "a" | "b";
  source: string & ClickHouseDefault<"'unknown'">;
  secret: string & ClickHouseTTL<"at + INTERVAL 30 DAY">;
  blob: string & ClickHouseCodec<"ZSTD(3)">;
  digest: UInt64 & ClickHouseMaterialized<"cityHash64(id)">;
  short: string & ClickHouseAlias<"substring(id, 1, 3)">;
  obsolete: string;
}

export const Events = new OlapTable<Event>("Events", {
  engine: ClickHouseEngines.ReplacingMergeTree,
  ver: "at",
  orderByFields: ["id", "at"],
  partitionBy: "toYYYYMM(at)",
  ttl: "at + INTERVAL 90 DAY DELETE",
  settings: { index_granularity: "4096", merge_with_ttl_timeout: "3600" },
  indexes: [
    { name: "by_country", expression: "country", type: "set", arguments: ["100"], granularity: 4 },
    { name: "by_n", expression: "n", type: "minmax", granularity: 1 },
  ],
});

interface Reading {
  sensor: Key<UInt64>;
  at: DateTime;
  value: number;
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

interface Gone {
  id: Key<string>;
}

export const Retired = new OlapTable<Gone>("Retired", { orderByFields: ["id"] });

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
  selectStatement: sql`SELECT ${Events.columns.country} AS country, count() AS events, avgState(${Events.columns.n}) AS mean FROM ${Events} GROUP BY country`,
});

export const OpenEvents = new View(
  "OpenEvents",
  sql`SELECT ${Events.columns.id}, ${Events.columns.n} FROM ${Events} WHERE ${Events.columns.status} = 'open'`,
  [Events],
);
