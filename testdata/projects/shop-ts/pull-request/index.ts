import {
  Api,
  ClickHouseDefault,
  ClickHouseEngines,
  DateTime,
  Decimal,
  IngestPipeline,
  Int64,
  Key,
  LowCardinality,
  MaterializedView,
  OlapTable,
  SimpleAggregated,
  Task,
  UInt64,
  View,
  Workflow,
  sql,
} from "@514labs/moose-lib";

/** One line of an order */
export interface Order {
  orderId: Key<string>;
  customerId: string;
  placedAt: DateTime;
  status: string & LowCardinality;
  quantity: Int64;
  amount: Decimal<12, 2>;
  currency: string & LowCardinality & ClickHouseDefault<"'EUR'">;
}

export const Orders = new OlapTable<Order>("Orders", {
  orderByFields: ["orderId", "placedAt"],
  partitionBy: "toYYYYMM(placedAt)",
});

/** A customer; the newest version wins */
export interface Customer {
  customerId: Key<string>;
  email: string;
  country: string & LowCardinality;
  updatedAt: DateTime;
}

export const Customers = new OlapTable<Customer>("Customers", {
  engine: ClickHouseEngines.ReplacingMergeTree,
  orderByFields: ["customerId"],
  ver: "updatedAt",
});

/** Money given back */
export interface Refund {
  refundId: Key<string>;
  orderId: string;
  refundedAt: DateTime;
  amount: Decimal<12, 2>;
  reason?: string;
}

export const Refunds = new OlapTable<Refund>("Refunds", {
  orderByFields: ["refundId", "refundedAt"],
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

/** Refunds per day */
export interface DailyRefund {
  day: Key<DateTime>;
  refunds: UInt64 & SimpleAggregated<"sum", UInt64>;
}

export const DailyRefunds = new MaterializedView<DailyRefund>({
  materializedViewName: "DailyRefundsMV",
  targetTable: {
    name: "DailyRefunds",
    engine: ClickHouseEngines.AggregatingMergeTree,
    orderByFields: ["day"],
  },
  selectTables: [Refunds],
  selectStatement: sql`SELECT toStartOfDay(${Refunds.columns.refundedAt}) AS day, count() AS refunds FROM ${Refunds} GROUP BY day`,
});

/** A message of the payment provider */
export interface Payment {
  paymentId: Key<string>;
  orderId: string;
  receivedAt: DateTime;
  amount: Decimal<12, 2>;
}

export const Payments = new IngestPipeline<Payment>("Payments", {
  table: { orderByFields: ["paymentId", "receivedAt"] },
  stream: { parallelism: 3, retentionPeriod: 86400 },
  ingestApi: true,
});

interface DailySalesQuery {
  days?: number;
}

interface DailySalesRow {
  day: string;
  orders: number;
}

export const dailySales = new Api<DailySalesQuery, DailySalesRow[]>(
  "daily-sales",
  async ({ days = 7 }, { client, sql }) => {
    const result = await client.query.execute<DailySalesRow>(
      sql`SELECT day, sum(orders) AS orders FROM DailySales WHERE day >= now() - toIntervalDay(${days}) GROUP BY day ORDER BY day`,
    );
    return result.json();
  },
);

const expireCarts = new Task<null, void>("expire-carts", {
  run: async () => {},
  retries: 2,
  timeout: "5m",
});

export const nightly = new Workflow("nightly", {
  startingTask: expireCarts,
  schedule: "0 3 * * *",
  retries: 3,
  timeout: "10m",
});
