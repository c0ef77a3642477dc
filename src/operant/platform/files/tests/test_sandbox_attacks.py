"""SQL that tries to get out: every attempt is refused, and what was there to take was really there."""

import duckdb
import pytest

from operant.platform.files import sandbox
from operant.platform.files.sandbox.cell import grammar

_ONLY = "Only a single SELECT can run here; this is {}."
_STATEMENTS = {
    "INSERT INTO sales VALUES (1)": "an INSERT",
    "UPDATE sales SET id = 1": "an UPDATE",
    "DELETE FROM sales": "a DELETE",
    "CREATE TABLE t (i INTEGER)": "a CREATE",
    "DROP VIEW sales": "a DROP",
    "ALTER TABLE sales RENAME TO x": "an ALTER",
    "COPY (SELECT 1) TO '/tmp/stolen'": "a COPY",
    "COPY sales FROM '/etc/passwd'": "a COPY",
    "ATTACH '/etc/passwd' AS x": "an ATTACH",
    "DETACH memory": "a DETACH",
    "INSTALL httpfs": "an INSTALL or LOAD",
    "LOAD httpfs": "an INSTALL or LOAD",
    "PRAGMA database_list": "a PRAGMA",
    "SET memory_limit = '1TB'": "a SET",
    "RESET memory_limit": "a SET",
    "USE memory": "a SET",
    "CALL pragma_version()": "a CALL",
    "CHECKPOINT": "a CALL",
    "EXPORT DATABASE '/tmp/stolen'": "an EXPORT",
    "IMPORT DATABASE '/tmp/stolen'": "a PRAGMA",
    "BEGIN": "a transaction statement",
    "PREPARE p AS SELECT 1": "a PREPARE",
    "EXECUTE p": "an EXECUTE",
    "EXPLAIN SELECT 1": "an EXPLAIN",
    "VACUUM": "a VACUUM",
    "MERGE INTO sales USING sales s ON true WHEN MATCHED THEN DELETE": "a MERGE",
}


@pytest.mark.parametrize(("sql", "what"), _STATEMENTS.items())
def test_other_statements_are_refused(ask, sql, what):
    with pytest.raises(sandbox.BadQuery) as caught:
        ask(sql)
    assert caught.value.sentence == _ONLY.format(what)


def test_a_second_statement_is_refused(ask):
    with pytest.raises(sandbox.BadQuery) as caught:
        ask("SELECT 1; DROP VIEW sales")
    assert caught.value.sentence == "Only a single SELECT can run here; these are 2 statements."


@pytest.mark.parametrize("change", ["INSERT INTO sales VALUES (1)", "DELETE FROM sales", "UPDATE sales SET id = 1"])
def test_a_select_that_changes_something_is_refused(ask, change):
    with pytest.raises(sandbox.BadQuery) as caught:
        ask(f"WITH x AS ({change} RETURNING *) FROM x")
    assert caught.value.sentence == "Only reading can run here; this SQL also changes something."


_OUTSIDE = [
    "FROM '{file}'", "FROM \"{file}\"", "FROM read_csv('{file}')", "FROM read_text('{file}')",
    "FROM read_blob('{file}')", "FROM glob('{folder}/*')", "FROM read_json('{file}')", "FROM sniff_csv('{file}')",
    "FROM parquet_scan('{parquet}')", "FROM read_parquet(['{parquet}'])", "FROM parquet_metadata('{parquet}')",
    "FROM query('FROM ''{file}''')", "FROM query_table('{file}')", "FROM read_duckdb('{file}')",
    "FROM 'https://example.com/x.csv'", "FROM read_csv('https://example.com/x.csv')", "FROM 's3://bucket/x.parquet'",
    "SELECT (SELECT content FROM read_text('{file}'))", "SELECT * FROM sales, LATERAL (FROM read_text(city))",
    "FROM sales WHERE city IN (FROM read_text('{file}') SELECT content)", "FROM READ_TEXT('{file}')",
    "FROM system.main.read_text('{file}')", "SELECT getenv('HOME')", "SELECT current_setting('allowed_paths')",
    "SELECT main.current_setting('allowed_paths')", "SELECT 'allowed_paths'.current_setting()",
    "SELECT list_transform(['allowed_paths'], lambda x: current_setting(x))", "FROM duckdb_settings()",
    "FROM duckdb_settings", "FROM pg_settings", "FROM pg_catalog.pg_settings", "FROM duckdb_views()",
    "FROM duckdb_views", "FROM duckdb_secrets()", "FROM which_secret('s3://x', 's3')", "FROM duckdb_extensions()",
    "FROM duckdb_databases()", "FROM information_schema.tables", "FROM sqlite_master", "FROM pragma_database_list",
    "FROM duckdb_temporary_files()", "FROM duckdb_logs()", "FROM duckdb_external_file_cache()", "SHOW TABLES",
    "SHOW allowed_paths", "SHOW ALL TABLES", "FROM (SHOW allowed_paths)", "FROM (SHOW DATABASES)",
    "WITH pg_settings AS (SELECT 1) SELECT (WITH a AS (FROM pg_settings) SELECT 1), p.* FROM pg_settings p",
    "SELECT (WITH pg_settings AS (SELECT 1) FROM pg_settings), * FROM main.pg_settings",
    "SELECT * FROM arrow_scan(1, 2, 3)", "SELECT * FROM pandas_scan(1)", "SELECT * FROM python_map_function(1)",
    "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))", "FROM test_all_types()",
    "FROM enable_logging()", "SELECT write_log('x')", "FROM checkpoint()", "SELECT pg_sleep(3600)",
    "SELECT sleep_ms(3600000)", "SELECT json_serialize_plan('FROM sales')", "SELECT current_query()",
    "SELECT pg_get_viewdef(1)", "SELECT finalize('\\x00'::BLOB)", "FROM histogram(pg_settings, name)",
    "FROM register_external_resource('x', 'y')", "FROM enable_profiling()", "FROM seq_scan()",
    "FROM sales AT (VERSION => 1)",
]  # fmt: skip


@pytest.mark.parametrize("attack", _OUTSIDE)
def test_nothing_outside_the_tables_can_be_read(ask, sales, tmp_path, attack):
    file = tmp_path / "neighbour.csv"
    file.write_text("secret\n42\n")
    assert duckdb.sql(f"FROM '{file}'").fetchall() == [(42,)]
    sql = attack.format(file=file, folder=tmp_path, parquet=sales)
    with pytest.raises(sandbox.BadQuery) as caught:
        ask(sql)
    assert str(sales.parent) not in caught.value.sentence


def test_the_walls_hold_without_the_reading_of_the_sql(probe, sales, tmp_path):
    """The same reach, by code inside the process: DuckDB's own locks refuse it, and the kernel does."""
    file = tmp_path / "neighbour.csv"
    file.write_text("secret\n42\n")
    walls = sandbox.strength()
    assert probe(sales, file) == {
        "own table": "done",
        "read_text": "PermissionException",
        "copy": "PermissionException",
        "set": "InvalidInputException",
        "unlock": "InvalidInputException",
        "attach": "PermissionException",
        "install": "PermissionException",
        "open": "PermissionError" if walls["landlock"] else "done",
        "write": "PermissionError" if walls["landlock"] else "done",
        "passwords": "PermissionError" if walls["landlock"] else "done",
        "list": "PermissionError" if walls["landlock"] else "done",
        "socket": "PermissionError" if walls["seccomp"] else "done",
        "fork": "PermissionError" if walls["seccomp"] else "done",
        "exec": "PermissionError" if walls["seccomp"] else "FileNotFoundError",
        "kill": "PermissionError" if walls["seccomp"] else None,
        "memory": "MemoryError",
        "disk": "OSError",
        "environment": ["LANG", "SQLITE_TMPDIR", "TZ"],
        "our modules": [],
    }
    assert file.read_text() == "secret\n42\n"


def test_this_machine_offers_every_wall():
    """Fails where the kernel offers less: then `strength()` must say so to the operator."""
    assert {name: bool(there) for name, there in sandbox.strength().items()} == {
        "no_new_privileges": True,
        "no_network": True,
        "no_capabilities": True,
        "landlock": True,
        "seccomp": True,
        "limits": True,
    }


def test_every_table_function_of_duckdb_is_known_here():
    """A newer DuckDB brings new functions: look at each before it goes onto either list."""
    kinds = "function_type IN ('table', 'table_macro')"
    found = {name for (name,) in duckdb.sql(f"SELECT function_name FROM duckdb_functions() WHERE {kinds}").fetchall()}
    assert found - grammar._TABLE_FUNCTIONS == set(_REFUSED_TABLE_FUNCTIONS.split())
    assert grammar._TABLE_FUNCTIONS - found == set()


_REFUSED_TABLE_FUNCTIONS = """
    arrow_scan arrow_scan_dumb checkpoint create_external_resource deregister_external_resource
    destroy_external_resource disable_logging disable_profiling duckdb_approx_database_count duckdb_available_metrics
    duckdb_columns duckdb_connection_count duckdb_constraints duckdb_coordinate_systems duckdb_databases
    duckdb_dependencies duckdb_dialects duckdb_eviction_queues duckdb_extension_repositories duckdb_extensions
    duckdb_external_file_cache duckdb_external_resource_types duckdb_external_resources duckdb_functions
    duckdb_grammar_extensions duckdb_indexes duckdb_keywords duckdb_log_contexts duckdb_logs duckdb_logs_parsed
    duckdb_memory duckdb_optimizers duckdb_prepared_statements duckdb_profiling_settings duckdb_schemas
    duckdb_secret_type_parameters duckdb_secret_types duckdb_secrets duckdb_sequences duckdb_settings
    duckdb_table_sample duckdb_tables duckdb_temporary_files duckdb_triggers duckdb_types duckdb_variables
    duckdb_views enable_logging enable_profiling force_checkpoint glob histogram histogram_values icu_calendar_names
    json_execute_serialized_sql pandas_scan parquet_bloom_probe parquet_file_metadata parquet_full_metadata
    parquet_kv_metadata parquet_metadata parquet_scan parquet_schema pg_timezone_names pragma_collations
    pragma_database_size pragma_metadata_info pragma_platform pragma_show pragma_storage_info pragma_table_info
    pragma_user_agent pragma_version python_arrow_scan python_map_function query query_table read_blob read_csv
    read_csv_auto read_duckdb read_json read_json_auto read_json_objects read_json_objects_auto read_ndjson
    read_ndjson_auto read_ndjson_objects read_parquet read_single_csv_file read_single_json_file
    read_single_parquet_file read_text register_external_resource register_external_resource_type seq_scan sniff_csv
    summary test_all_types test_vector_types truncate_duckdb_logs which_secret
"""


def test_every_scalar_function_that_could_tell_or_wait_is_refused():
    """What the names of new functions hint at must be looked at, too."""
    suspicious = "setting|getenv|file|secret|log_message|_log$|sleep|plan$|viewdef|inet_|conf_load|postmaster|nextval"
    names = "function_type IN ('scalar', 'macro', 'aggregate')"
    found = duckdb.sql(
        f"SELECT DISTINCT function_name FROM duckdb_functions() WHERE {names} "
        f"AND regexp_matches(function_name, '{suspicious}')"
    ).fetchall()
    assert {name for (name,) in found} - grammar._FUNCTIONS == {"parse_filename"}


@pytest.mark.parametrize("column", ["filename", "file_row_number", "file_index"])
def test_a_table_does_not_say_where_its_file_lies(ask, column):
    with pytest.raises(sandbox.BadQuery):
        ask(f"SELECT {column} FROM sales")
