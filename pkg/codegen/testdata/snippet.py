# From what ClickHouse holds. It needs these imports:
#
#   from datetime import date, datetime
#   from decimal import Decimal
#   from enum import IntEnum
#   from typing import Annotated, Optional
#   from uuid import UUID
#   from pydantic import BaseModel, Field
#   from moose_lib import ClickHouseCodec, ClickHouseMaterialized, ClickHouseTTL, ClickhouseSize, Key, LifeCycle, MergeTreeEngine, OlapConfig, OlapTable, UInt32, clickhouse_decimal, clickhouse_default
class OrdersLines(BaseModel):
    sku: str
    n: UInt32


OrdersKind = IntEnum("OrdersKind", {"new": 1, "second hand": 2})


# NOT AS IN CLICKHOUSE: column local: it is DateTime('Europe/Berlin') and is declared as DateTime('UTC'): moose-lib cannot choose the time zone
# NOT AS IN CLICKHOUSE: column day: moose-lib cannot declare STATISTICS (tdigest)
# NOT AS IN CLICKHOUSE: column anything: it is not declared: moose-lib has no declaration for the type Variant(Int8, String)
# NOT AS IN CLICKHOUSE: column gone: it is not declared: moose-lib cannot declare EPHEMERAL columns
# NOT AS IN CLICKHOUSE: projection indexed: moose-lib cannot declare it
# NOT AS IN CLICKHOUSE: comment: moose-lib cannot declare the comment of a table: All orders
class orders(BaseModel):
    id: Key[UUID]
    placed: Key[Annotated[datetime, clickhouse_default("now()"), ClickHouseCodec("Delta(4), ZSTD(1)")]]
    status: Annotated[str, "LowCardinality"] = Field(description="open, paid or \"gone\"")
    note: Annotated[Optional[str], ClickHouseTTL("placed + toIntervalDay(7)")] = None
    local: datetime
    amount: clickhouse_decimal(12, 2)
    lines: list[Annotated[OrdersLines, "ClickHouseNamedTuple"]]
    kind: Annotated[OrdersKind, clickhouse_default("'new'")]
    day: Annotated[date, ClickhouseSize(2), ClickHouseMaterialized("toDate(placed)")]


orders_table = OlapTable[orders](
    "orders",
    OlapConfig(
        engine=MergeTreeEngine(),
        order_by_fields=["id", "placed"],
        partition_by="toYYYYMM(placed)",
        ttl="placed + toIntervalYear(1)",
        life_cycle=LifeCycle.EXTERNALLY_MANAGED,
        settings={ "min_bytes_for_wide_part": "0" },
        indexes=[OlapConfig.TableIndex(name="by_status", expression="status", type="set", arguments=["10"], granularity=2)],
        projections=[OlapConfig.TableProjection(name="days", body="SELECT day, count() GROUP BY day")],
        constraints=[OlapConfig.TableConstraint(name="positive", expression="amount > 0", type="CHECK")],
    ),
)
