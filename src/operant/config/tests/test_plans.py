"""What is asked again is bound and planned once, by the database."""

from django.db import connection

from operant.config import databases, env

POOLED = {
    "DATABASE_URL": "postgresql://ot_app@pooler:6432/operant",
    "DATABASE_OWNER_URL": "postgresql://ot_owner@db/operant",
}


def test_a_statement_that_is_asked_again_is_kept_without_its_values(db):
    with connection.cursor() as cursor:
        sums = [cursor.execute("SELECT 4041 + %s", [number]).fetchone()[0] for number in range(3)]
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT 4041%%'")
        kept = cursor.fetchall()
    assert (sums, kept) == ([4041, 4042, 4043], [("SELECT 4041 + $1",)])


def test_behind_a_pooler_nothing_is_kept(tmp_path):
    settings = [
        env.read({"OPERANT_HOME": str(tmp_path), **POOLED, **more})
        for more in ({}, {"DATABASE_DIRECT_URL": "postgresql://ot_app@db/operant"})
    ]
    options = [databases.databases(each, with_owner=False)["default"]["OPTIONS"] for each in settings]
    assert [(each["server_side_binding"], each["prepare_threshold"]) for each in options] == [(True, 1), (True, None)]
