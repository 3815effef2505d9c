from datetime import datetime
from typing import Optional

from moose_lib import Key, OlapConfig, OlapTable, ReplacingMergeTreeEngine
from pydantic import BaseModel


class PageView(BaseModel):
    """Page views, one row per hit."""

    id: Key[str]
    ts: datetime
    path: str
    status: float
    referrer: Optional[str] = None


class User(BaseModel):
    userId: Key[str]
    email: str
    createdAt: datetime
    version: float


page_views = OlapTable[PageView]("PageViews", OlapConfig(order_by_fields=["id", "ts"]))

users = OlapTable[User](
    "Users",
    OlapConfig(engine=ReplacingMergeTreeEngine(ver="version"), order_by_fields=["userId"]),
)
