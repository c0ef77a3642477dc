"""One uploaded file to one clean Parquet file, whatever it was."""

import os

from ..engine import Engine, path_of
from . import csv_file, json_file, parquet_file, table

_PLANS = {"csv": csv_file.plan, "json": json_file.plan, "parquet": parquet_file.plan}


def convert(engine: Engine, descriptor: int, kind: str, limits: dict) -> dict:
    engine.close_doors([path_of(descriptor)], os.getcwd())
    return table.write(engine, _PLANS[kind](engine, descriptor, limits), limits)
