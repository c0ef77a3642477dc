from operant.platform import files
from operant.platform.files.models import File
from operant.platform.files.sandbox import Converted

from ..models import Source


def put_table(source: Source, converted: Converted) -> None:
    """
    This function will put what was read in place of a source's table before; whoever calls saves the row.

    :raises Invalid: when it is over the quota.
    """
    replaced = source.parquet
    source.parquet = adopted(source, converted)
    source.columns, source.rows = [vars(column) for column in converted.columns], converted.rows
    if replaced:
        # The row lets go of it first: it is protected as long as it is named.
        source.save(update_fields=["parquet"])
        replaced.delete()


def adopted(source: Source, converted: Converted) -> File:
    """
    Keep a table that was read of a source as a file.

    :raises Invalid: when it is over the quota.
    """
    return files.adopt(converted.parquet_path, name=f"{source.table_name}.parquet", kind="parquet")
