# AUTO-GENERATED FILE. DO NOT EDIT.
# `moose db pull` writes it from what ClickHouse holds, and writes over it the next time.

from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Annotated, Optional
from uuid import UUID

from pydantic import BaseModel, Field
from moose_lib import BufferEngine, ClickHouseCodec, ClickHouseMaterialized, ClickHouseTTL, ClickhouseSize, DistributedEngine, IcebergS3Engine, KafkaEngine, Key, LifeCycle, MergeTreeEngine, OlapConfig, OlapTable, ReplicatedReplacingMergeTreeEngine, ReplicatedSummingMergeTreeEngine, S3Engine, S3QueueEngine, UInt32, UInt64, clickhouse_decimal, clickhouse_default, moose_runtime_env


class events(BaseModel):
    id: Key[str]
    v: UInt64


events_table = OlapTable[events](
    "events",
    OlapConfig(
        engine=ReplicatedReplacingMergeTreeEngine(keeper_path="/path", replica_name="{replica}", ver="v"),
        order_by_fields=["id"],
        cluster="main",
        version="1.2",
        life_cycle=LifeCycle.DELETION_PROTECTED,
        metadata={ "description": "What happened" },
        seed_filter=OlapConfig.SeedFilter(limit=10),
    ),
)


# NOT AS IN CLICKHOUSE: engine: left out, because it can be a credential: headers
class files(BaseModel):
    m: str


files_table = OlapTable[files](
    "files",
    OlapConfig(
        engine=S3QueueEngine(s3_path="https://h/*", format="CSV", compression="gzip"),
        settings={ "keeper_path": "/k", "mode": "ordered" },
    ),
)


class lake(BaseModel):
    m: str


lake_table = OlapTable[lake](
    "lake",
    OlapConfig(
        engine=IcebergS3Engine(path="https://h/lake/", format="Parquet"),
        life_cycle=LifeCycle.EXTERNALLY_MANAGED,
    ),
)


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


# Set QUEUE_KAFKA_SASL_PASSWORD in the environment; ClickHouse has a value for setting kafka_sasl_password that is not written here.
class queue(BaseModel):
    m: str


queue_table = OlapTable[queue](
    "queue",
    OlapConfig(
        engine=KafkaEngine(broker_list="kafka:9092", topic_list="topic", group_name="group", format="JSONEachRow"),
        life_cycle=LifeCycle.EXTERNALLY_MANAGED,
        settings={ "kafka_num_consumers": "2", "kafka_sasl_password": moose_runtime_env.get("QUEUE_KAFKA_SASL_PASSWORD") },
    ),
)


class replicated(BaseModel):
    m: str


replicated_table = OlapTable[replicated](
    "replicated",
    OlapConfig(
        engine=ReplicatedSummingMergeTreeEngine(keeper_path="/p", replica_name="r", columns=["m"]),
        order_by_expression="tuple()",
        life_cycle=LifeCycle.EXTERNALLY_MANAGED,
    ),
)


class spool(BaseModel):
    m: str


spool_table = OlapTable[spool](
    "spool",
    OlapConfig(
        engine=BufferEngine(target_database="shop", target_table="orders", num_layers=1, min_time=2, max_time=3, min_rows=4, max_rows=5, min_bytes=6, max_bytes=7, flush_time=8),
        life_cycle=LifeCycle.EXTERNALLY_MANAGED,
    ),
)


class spread(BaseModel):
    m: str


spread_table = OlapTable[spread](
    "spread",
    OlapConfig(
        engine=DistributedEngine(cluster="main", target_database="shop", target_table="orders", sharding_key="cityHash64(m)", policy_name="policy"),
        life_cycle=LifeCycle.EXTERNALLY_MANAGED,
    ),
)


# NOT AS IN CLICKHOUSE: engine: left out, because it can be a credential: session_token
# Set OLD_ORDERS_AWS_ACCESS_KEY_ID in the environment; ClickHouse has a value for aws_access_key_id that is not written here.
# Set OLD_ORDERS_AWS_SECRET_ACCESS_KEY in the environment; ClickHouse has a value for aws_secret_access_key that is not written here.
class OldOrders(BaseModel):
    id: UInt64


old_orders_table = OlapTable[OldOrders](
    "old-orders",
    OlapConfig(
        engine=S3Engine(path="https://h/x", format="Parquet", aws_access_key_id=moose_runtime_env.get("OLD_ORDERS_AWS_ACCESS_KEY_ID"), aws_secret_access_key=moose_runtime_env.get("OLD_ORDERS_AWS_SECRET_ACCESS_KEY")),
        database="archive",
        life_cycle=LifeCycle.EXTERNALLY_MANAGED,
    ),
)

# NOT IN THIS FILE: table shop.remote: it is not declared: moose-lib has no declaration for the engine MySQL
