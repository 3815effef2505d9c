import {
  ClickHouseEngines,
  DateTime,
  Decimal,
  Int32,
  Key,
  LowCardinality,
  MaterializedView,
  OlapTable,
  SimpleAggregated,
  UInt64,
  View,
  sql,
} from "@514labs/moose-lib";

/** One line of an order */
export interface Order {
  orderId: Key<string>;
  customerId: string;
  placedAt: DateTime;
  status: string & LowCardinality;
  quantity: Int32;
  amount: Decimal<12, 2>;
}

export const Orders = new OlapTable<Order>("Orders", {
  orderByFields: ["orderId", "placedAt"],
  partitionBy: "toYYYYMM(placedAt)",
});

/** A customer; the newest version wins */
export interface Customer {
  customerId: Key<string>;
  email: string;
  phone?: string;
  country: string & LowCardinality;
  updatedAt: DateTime;
}

export const Customers = new OlapTable<Customer>("Customers", {
  engine: ClickHouseEngines.ReplacingMergeTree,
  orderByFields: ["customerId"],
  ver: "updatedAt",
});

export const PaidOrders = new View(
  "PaidOrders",
  sql`SELECT ${Orders.columns.orderId}, ${Orders.columns.customerId}, ${Orders.columns.amount} FROM ${Orders} WHERE ${Orders.columns.status} = 'paid'`,
  [Orders],
);

/** Orders per day */
export interface DailySale {
  day: Key<DateTime>;
  orders: UInt64 & SimpleAggregated<"sum", UInt64>;
}

export const DailySales = new MaterializedView<DailySale>({
  materializedViewName: "DailySalesMV",
  targetTable: {
    name: "DailySales",
    engine: ClickHouseEngines.AggregatingMergeTree,
    orderByFields: ["day"],
  },
  selectTables: [Orders],
  selectStatement: sql`SELECT toStartOfDay(${Orders.columns.placedAt}) AS day, count() AS orders FROM ${Orders} GROUP BY day`,
});
