"""What is done with the rows of a query without SQL: pure functions from a table to a table, each bounded."""

from .table import BadStep, Table
from .walking import columns_along, taken

__all__ = ["BadStep", "Table", "columns_along", "taken"]
