"""What a backup says about itself: the head at its beginning, the manifest at its end."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

HEAD, MANIFEST, MASTER_KEY = "head.json", "manifest.json", "keys/master.key"
DATABASE, FILES = "database/", "files/"


class Head(BaseModel):
    """What has to be known before anything is read: from which program, when, and with which migrations."""

    format: Literal[1] = 1
    operant: str
    at: datetime
    postgresql: str
    migrations: list[str]


class Table(BaseModel):
    """How many rows a table had in the snapshot, and the sum of their hashes, which knows no order."""

    rows: int
    digest: str


class Manifest(BaseModel):
    """What the backup must contain, taken in the snapshot that the database was dumped from."""

    tables: dict[str, Table]
    functions: list[str]
    files: int
    bytes: int
    deleted: list[str] = []
    """Files of the snapshot that were deleted while the backup ran."""
    missing: list[str] = []
    """Files that have a row and no bytes."""
    changed: list[str] = []
    """Files whose bytes are not those that their row names."""
