"""Superset as a peer: installed from PyPI, with a dataset over the bench's table, asked over its own API."""

import http.client
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from bench import peers
from bench.house import House
from bench.peers import NoPeer
from bench.processes import LOGS, Process, free_port

WORKERS, THREADS = 2, 20
# It loads for half a minute on a machine of its own, and each of its workers does.
PATIENCE = 300
NAME = f"Superset 6.1.0, gunicorn {WORKERS} × {THREADS} gthread, data and metadata caches on, metadata in PostgreSQL"


class Superset:
    """A running Superset with one dataset."""

    def __init__(self, house: House, data_dsn: str, table: str) -> None:
        self.programs = peers.environment("superset")
        self.folder = Path(tempfile.mkdtemp(prefix="operant-bench-superset-"))
        self.port, self.token = free_port(), ""
        self.data_dsn, self.table = data_dsn, table
        self.environment = {
            "SUPERSET_CONFIG_PATH": str(peers.HERE / "superset_config.py"), "SUPERSET_HOME": str(self.folder),
            "PEER_DSN": _sqlalchemy(house.database("bench_superset")), "PEER_CACHE": str(self.folder / "cache"),
            "PEER_QUERIES": str(self.folder / "queries"), "FLASK_APP": "superset", "PYTHONWARNINGS": "ignore",
        }  # fmt: skip

    def __enter__(self) -> "Superset":
        for words in (["db", "upgrade"], ["fab", "create-admin", *_ADMIN], ["init"]):
            self._superset(*words)
        bound = ["--bind", f"127.0.0.1:{self.port}", "--backlog", 2048, "--timeout", PATIENCE, "--keep-alive", 60]
        many = ["--worker-class", "gthread", "--workers", WORKERS, "--threads", THREADS]
        command = [self.programs / "gunicorn", *bound, *many, "superset.app:create_app()"]
        self.process = Process("superset", command, self.environment, cwd=self.folder)
        try:
            self.process.until_answers(self.port, "/health", seconds=PATIENCE)
            self._connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *failure: object) -> None:
        self.process.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def queries(self) -> int:
        """Return how many queries went upstream so far."""
        path = self.folder / "queries"
        return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0

    def chart(self, *, force: bool = False, where: str = "") -> bytes:
        """Return the request for the chart's data: sum of amounts by region."""
        query = {
            "columns": ["region"], "metrics": [{
                "expressionType": "SQL", "sqlExpression": "sum(amount)", "label": "amount",
            }], "orderby": [], "row_limit": 1000, "extras": {"where": where}, "filters": [],
        }  # fmt: skip
        body = {"datasource": {"id": self.dataset, "type": "table"}, "queries": [query], "force": force,
                "result_format": "json", "result_type": "full"}  # fmt: skip
        return self._raw("POST", "/api/v1/chart/data", body)

    def _connect(self) -> None:
        who = {"username": "bench", "password": "bench", "provider": "db", "refresh": True}
        self.token = self._ask("POST", "/api/v1/security/login", who)["access_token"]
        made = {"database_name": "bench", "sqlalchemy_uri": _sqlalchemy(self.data_dsn), "expose_in_sqllab": True}
        database = self._ask("POST", "/api/v1/database/", made)["id"]
        dataset = {"database": database, "schema": "public", "table_name": self.table}
        self.dataset = self._ask("POST", "/api/v1/dataset/", dataset)["id"]

    def _ask(self, method: str, path: str, body: Any) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        connection.request(method, path, json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status >= 300:
            raise NoPeer(f"Superset answered {path} with {answer.status}: {text[:300]}")
        return json.loads(text)

    def _raw(self, method: str, path: str, body: Any) -> bytes:
        sent = json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
        )
        return head.encode() + sent

    def _superset(self, *words: str) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        with (LOGS / "superset-prepare.log").open("ab") as log:
            env = {**os.environ, **self.environment}
            command = [self.programs / "superset", *words]
            done = subprocess.run(command, env=env, cwd=self.folder, stdout=log, stderr=log, timeout=PATIENCE, check=False)
        if done.returncode:
            raise NoPeer(f"`superset {words[0]}` did not succeed; see {LOGS / 'superset-prepare.log'}")


_ADMIN = ["--username", "bench", "--firstname", "B", "--lastname", "B", "--email", "bench@localhost", "--password", "bench"]


def _sqlalchemy(dsn: str) -> str:
    return dsn.replace("postgresql://", "postgresql+psycopg2://")
