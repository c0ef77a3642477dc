"""A customer's database: a PostgreSQL of its own that listens on a port of loopback, with one table and a user who may read it."""

import secrets
from urllib.parse import quote

import psycopg
from psycopg import sql

from bench.house import HOME, forget

ROWS = 2_000_000
NAME, READER, TABLE = "bench_customer", "bench_reader", "sales"
# What a chart adds up stands in the index beside what it is added up by, as a customer would have it.
INDEX = f"CREATE INDEX ON {TABLE} (region) INCLUDE (amount)"
FILL = f"""
    INSERT INTO {TABLE} SELECT n, (ARRAY['North', 'East', 'South', 'West', 'Centre', 'Coast', 'Hills', 'Lakes'])[1 + n * 7 % 8],
    1 + (n * 48271::bigint % 997)::int FROM generate_series(1, {ROWS}) AS n
"""


class Customer:
    """A running server with the table `sales`; `dsn` signs in as the user who may only read."""

    def __init__(self, port: int) -> None:
        from operant.cli.postgres import Server

        self.port, self.password = port, secrets.token_urlsafe(12)
        self.home = HOME / "customer"
        self.server = Server(self.home, settings={"listen_addresses": "127.0.0.1", "port": str(port)})

    def __enter__(self) -> "Customer":
        forget(self.home)
        self.server.start()
        try:
            self._fill()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *failure: object) -> None:
        self.server.stop()
        forget(self.home)

    @property
    def dsn(self) -> str:
        """Return the address at which whoever may read signs in, with a password."""
        return f"postgresql://{READER}:{quote(self.password, safe='')}@127.0.0.1:{self.port}/{NAME}?sslmode=disable"

    def _fill(self) -> None:
        socket = self.server.superuser_parameters() | {"port": str(self.port)}
        with psycopg.connect(**socket, autocommit=True) as administrator:
            [(rules,)] = administrator.execute("SHOW hba_file").fetchall()
            with open(rules, "a", encoding="ascii") as access:
                access.write(f"host {NAME} {READER} 127.0.0.1/32 scram-sha-256\n")
            administrator.execute("SELECT pg_reload_conf()")
            made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(READER), sql.Literal(self.password))
            administrator.execute(made)
            administrator.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        with psycopg.connect(**socket | {"dbname": NAME}, autocommit=True) as owner:
            owner.execute(f"CREATE TABLE {TABLE} (number int, region text, amount int)")
            owner.execute(FILL)
            owner.execute(INDEX)
            owner.execute(f"VACUUM ANALYZE {TABLE}")
            owner.execute(f"GRANT SELECT ON {TABLE} TO {READER}")
            owner.execute("CHECKPOINT")
