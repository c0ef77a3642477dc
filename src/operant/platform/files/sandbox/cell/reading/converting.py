"""One uploaded file to one clean Parquet file, whatever it was."""

import os

import duckdb

from ..engine import Engine, path_of
from . import compact, csv_file, json_file, parquet_file, pinning, table, xlsx_file

_PLANS = {"csv": csv_file.plan, "json": json_file.plan, "parquet": parquet_file.plan, "xlsx": xlsx_file.plan}


def convert(engine: Engine, descriptor: int, request: dict) -> dict:
    engine.close_doors([path_of(descriptor)], os.getcwd())
    limits, kind = request["limits"], request["kind"]
    # Only a workbook has sheets to choose from.
    chosen = {"chosen": request["sheet"]} if kind == "xlsx" else {}
    plan = _PLANS[kind](engine, descriptor, limits, **chosen)
    try:
        plan = compact.dated(engine, plan, request["known"])
        pins = compact.kept(engine, plan, request["known"]) | request["pins"]
        plan = pinning.pinned(engine, plan, pins)
    except duckdb.Error as error:
        raise plan.explain(error) from None
    return table.write(engine, plan, limits)
