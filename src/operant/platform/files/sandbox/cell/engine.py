"""One empty in-memory DuckDB that cannot reach anything; a job opens exactly its own files to it."""

import duckdb

_AT_START = {
    # Without threads of its own the process may be forked; a job turns them on.
    "threads": 1,
    "async_threads": 0,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "enable_external_file_cache": False,
    "secret_directory": "none",
    "home_directory": "none",
    "python_enable_replacements": False,
    "show_behavior": "TABLE",
}


class Engine:
    """DuckDB, with the names that its own catalog takes."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(":memory:", config=_AT_START)
        self._settings: dict[str, str] = {}
        self.execute("SET TimeZone = 'UTC'")
        self.execute("SET errors_as_json = true")
        self.execute("SET enable_progress_bar = false")
        self.own_views = {
            name.lower() for (name,) in self.rows("SELECT DISTINCT view_name FROM duckdb_views() WHERE internal")
        }
        self.reserved = {
            word
            for (word,) in self.rows(
                "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category IN ('reserved', 'type_function')"
            )
        }

    def execute(self, sql: str, parameters: list | None = None):
        return self.connection.execute(sql, parameters)

    def rows(self, sql: str, parameters: list | None = None) -> list[tuple]:
        return self.execute(sql, parameters).fetchall()

    def set_limits(self, limits: dict) -> None:
        self._set("threads", f"{int(limits['threads'])}")
        self._set("memory_limit", f"'{int(limits['memory_mb'])}MiB'")
        # Said for every job: it is a place within the folder that the process stands in.
        self.execute("SET temp_directory = 'spill'")
        self._set("max_temp_directory_size", f"'{int(limits['disk_mb'])}MiB'")
        self._set("max_execution_time", f"{int(limits['seconds'] * 1000)}")

    def _set(self, name: str, value: str) -> None:
        if self._settings.get(name) != value:
            self.execute(f"SET {name} = {value}")
            self._settings[name] = value

    def close_doors(self, paths: list[str], folder: str | None = None) -> None:
        """From here on only these files can be opened, and no setting can change that."""
        self.execute(f"SET allowed_paths = [{', '.join(map(quoted, paths))}]")
        if folder:
            self.execute(f"SET allowed_directories = [{quoted(folder)}]")
        self.execute("SET enable_external_access = false")
        self.execute("SET lock_configuration = true")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def path_of(descriptor: int) -> str:
    """A path that opens this file and tells nothing about where it lies."""
    return f"/proc/self/fd/{descriptor}"
