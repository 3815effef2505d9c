// From what ClickHouse holds. It needs these imports:
//
//   import { ClickHouseByteSize, ClickHouseCodec, ClickHouseDefault, ClickHouseEngines, ClickHouseMaterialized, ClickHouseNamedTuple, ClickHouseTTL, DateTime, Decimal, Key, LifeCycle, LowCardinality, OlapTable, UInt32, WithDefault } from "@514labs/moose-lib";
//   import { tags } from "typia";
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
