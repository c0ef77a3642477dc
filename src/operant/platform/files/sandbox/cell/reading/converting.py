"""One uploaded file to one clean Parquet file, whatever it was."""

import os

from ..engine import Engine, path_of
from . import csv_file, json_file, parquet_file, pinning, table, xlsx_file

_PLANS = {"csv": csv_file.plan, "json": json_file.plan, "parquet": parquet_file.plan, "xlsx": xlsx_file.plan}


def convert(engine: Engine, descriptor: int, kind: str, limits: dict, pins: dict[str, str]) -> dict:
    engine.close_doors([path_of(descriptor)], os.getcwd())
    plan = _PLANS[kind](engine, descriptor, limits)
    return table.write(engine, pinning.pinned(engine, plan, pins), limits)
