"""Tables to ask, made by DuckDB itself."""

from pathlib import Path

import duckdb
import pytest

from operant.platform.files import sandbox
from operant.platform.files.sandbox import nursery, runner
from operant.platform.files.sandbox.nursery import Nursery

_SALES = """
    SELECT i AS id, ['Berlin', 'Leeds', 'Oslo'][i % 3 + 1] AS city, i * 1.5::DOUBLE AS amount,
           DATE '2026-01-01' + i::INTEGER AS sold_on
    FROM range(300) t(i)
"""


@pytest.fixture(scope="session")
def sales(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "secret-server-folder.parquet"
    duckdb.sql(f"COPY ({_SALES}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.fixture
def ask(sales):
    """Return a function that runs SQL over the table `sales`."""

    def run(sql: str, **limits) -> sandbox.Result:
        return sandbox.query({"sales": sales}, sql, sandbox.Limits(**limits))

    return run


@pytest.fixture
def read(tmp_path):
    """Return a function: convert this content and give the told result with all its rows."""

    def run(content: str | bytes, kind: str = "csv", **limits) -> tuple[sandbox.Converted, list[list]]:
        source = tmp_path / "upload"
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        converted = sandbox.convert(source, kind, limits=sandbox.FileLimits(**limits))
        return converted, sandbox.query({"t": converted.parquet_path}, "FROM t").rows

    return run


@pytest.fixture
def refused(read):
    """Return a function: the sentence and line with which this content is refused."""

    def run(content: str | bytes, kind: str = "csv", **limits) -> tuple[str, int | None]:
        with pytest.raises(sandbox.BadFile) as caught:
            read(content, kind, **limits)
        return caught.value.message, caught.value.line

    return run


def types(converted: sandbox.Converted) -> dict[str, str]:
    return {column.name: column.type for column in converted.columns}



@pytest.fixture
def probe(monkeypatch):
    """Return a function: what code running inside the real walls is told when it reaches for a file, and for more."""
    inside = Nursery(start=f"import probe; {nursery.START}", beside=[str(Path(__file__).parent)])
    monkeypatch.setattr(runner, "nursery", inside)

    def run(table: Path, wanted: Path) -> dict:
        with runner.private_folder() as folder:
            return runner.run({"task": "probe", "wanted": str(wanted)}, [table], folder, sandbox.Limits())

    yield run
    inside.close()
