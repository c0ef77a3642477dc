"""The bench empties its home: it must be one. What it fills a house with fits the tables of today."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from bench import seeds
from operant.testing import plugin

ROOT = Path(__file__).resolve().parents[2]


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path):
    # given somebody's folder
    kept = tmp_path / "kept.txt"
    kept.write_text("mine")

    # when the bench is told to live there
    command = [sys.executable, "-m", "bench", "rls"]
    environment = {**os.environ, "BENCH_HOME": str(tmp_path)}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)

    # then it says so and touches nothing
    assert (ended.returncode, [entry.name for entry in tmp_path.iterdir()]) == (2, ["kept.txt"])
    assert ended.stdout.startswith("BENCH_HOME is emptied before and after.")


def test_its_rows_fit_their_tables(django_db_setup):
    # given the database, past row security as the bench writes it
    with psycopg.connect(**plugin.ADMIN | {"dbname": plugin.DATABASE}) as administrator:
        # when organizations and screens are made
        made = seeds.screens(administrator, seeds.organizations(administrator, 2), 3)
        administrator.rollback()

    # then each has its own
    assert sorted({organization for organization, _ in made}) == sorted(map(seeds.organization_id, range(2)))
    assert len(made) == 6
