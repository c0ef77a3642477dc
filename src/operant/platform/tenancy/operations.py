"""Migration operations: what makes a table an organization's, in the order a reader expects it."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation

from .models import TenantForeignKey

SAME = "organization_id = (SELECT app.org())"
RECEPTION = "(SELECT app.reception()) IS NOT NULL"


def known_by(column: str) -> str:
    """Return the condition for a table about people that scopes see: rows of its members, and of whoever acts."""
    return f"{RECEPTION} OR {column} = (SELECT app.person()) OR {column} IN (SELECT app.members())"


class _TableOperation(Operation):
    reduces_to_sql = True
    reversible = False

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: Any) -> None:
        return

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        # A room speaks for another's table by its name: allauth's, or one below whose policy looks at this room's.
        room, _, name = self.model.rpartition(".")
        model = to_state.apps.get_model(room or app_label, name)
        for statement in self.statements(model):
            schema_editor.execute(statement, params=None)

    def statements(self, model: type[models.Model]) -> list[str]:
        raise NotImplementedError

    def describe(self) -> str:
        return f"{type(self).__name__} {self.model}"


class Isolate(_TableOperation):
    """
    Give a table to organizations: row security, its policies, the unique pair and composite foreign keys.

    `visible` replaces the usual condition for the few tables read by more than their organization, and `own` the one
    for writing, where the column has another name. Nothing is ever written outside the organization in scope;
    `append_only` takes UPDATE and DELETE away from the serving role.
    """

    def __init__(self, model: str, *, visible: str = SAME, own: str = SAME, append_only: bool = False) -> None:
        super().__init__(model)
        self.visible, self.own, self.append_only = visible, own, append_only

    def statements(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        found = [*_row_security(table), *_policies(table, self.visible, self.own)]
        if {"organization_id", "id"} <= {field.column for field in model._meta.local_fields}:
            found.append(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_organization" UNIQUE (organization_id, id)')
        if self.append_only:
            found.append(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM ot_app')
        ties = [field for field in model._meta.local_fields if isinstance(field, TenantForeignKey)]
        return found + [tie(table, field) for field in ties]


class Policies(_TableOperation):
    """Give an isolated table other conditions than those it was isolated with."""

    def __init__(self, model: str, *, visible: str = SAME, own: str = SAME) -> None:
        super().__init__(model)
        self.visible, self.own = visible, own

    def statements(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        names = ("tenant", "fence", "kept_update", "kept_delete")
        dropped = [f'DROP POLICY IF EXISTS {name} ON "{table}"' for name in names]
        return [*dropped, *_policies(table, self.visible, self.own)]


class Tie(_TableOperation):
    """
    Add the composite foreign key of a TenantForeignKey that joined a table later.

    `key` is the column that holds the organization, where it has another name.
    """

    def __init__(self, model: str, field: str, *, key: str = "organization_id") -> None:
        super().__init__(model)
        self.field, self.key = field, key

    def statements(self, model: type[models.Model]) -> list[str]:
        return [tie(model._meta.db_table, model._meta.get_field(self.field), self.key)]


class Wait(_TableOperation):
    """Let the clock claim a table's due rows: a partial index and the sweeping role's own way in."""

    def __init__(self, model: str, kind: str, *, due: str = "due_at", lease: str = "leased_until") -> None:
        super().__init__(model)
        self.kind, self.due, self.lease = kind, due, lease

    def statements(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        return [
            f'CREATE INDEX "{table}_{self.due}" ON "{table}" ({self.due}) WHERE {self.due} IS NOT NULL',
            f'GRANT SELECT, UPDATE ON "{table}" TO ot_sweep',
            f'CREATE POLICY sweep ON "{table}" FOR ALL TO ot_sweep USING (true) WITH CHECK (true)',
            "INSERT INTO app.waits (kind, relation, due, lease) VALUES "
            f"('{self.kind}', '{table}', '{self.due}', '{self.lease}')",
        ]


class Ingest(_TableOperation):
    """
    Let batches of samples, which span organizations, into a table: exactly these columns for exactly these verbs.

    `policies.INGESTED` names the same ones, so that what is let in stands in one list.
    """

    def __init__(
        self, model: str, *, select: Sequence[str] = (), update: Sequence[str] = (), insert: Sequence[str] = ()
    ) -> None:
        super().__init__(model)
        self.columns = {"SELECT": select, "UPDATE": update, "INSERT": insert}

    def statements(self, model: type[models.Model]) -> list[str]:
        table, made = model._meta.db_table, []
        conditions = {"SELECT": "USING (true)", "UPDATE": "USING (true) WITH CHECK (true)", "INSERT": "WITH CHECK (true)"}
        for verb, columns in self.columns.items():
            if columns:
                named = ", ".join(f'"{column}"' for column in columns)
                made.append(f'GRANT {verb} ({named}) ON "{table}" TO ot_ingest')
                policy = f'CREATE POLICY ingest_{verb.lower()} ON "{table}" FOR {verb} TO ot_ingest {conditions[verb]}'
                made.append(policy)
        return made


class CreatePartitioned(CreateModel):
    """Create a table of samples that is cut by the time in column `by`. `Isolate` it, then let `Partition` cut it."""

    def __init__(self, name: str, fields: Any, *, by: str, **more: Any) -> None:
        super().__init__(name, fields, **more)
        self.by = by

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        name, args, kwargs = super().deconstruct()
        return name, args, {**kwargs, "by": self.by}

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        statement, parameters = schema_editor.table_sql(model)
        schema_editor.execute(f'{statement} PARTITION BY RANGE ("{self.by}")', parameters or None)


class Partition(_TableOperation):
    """Cut a partitioned table into months from now on, each kept for `months` after its end."""

    def __init__(self, model: str, *, by: str, months: int) -> None:
        super().__init__(model)
        self.by, self.months = by, months

    def statements(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        return [
            f"INSERT INTO app.partitions (relation, cut_by, months) VALUES ('{table}', '{self.by}', {self.months})",
            "SELECT app.turn_partitions(now())",
        ]


def tie(table: str, field: Any, key: str = "organization_id") -> str:
    """Return the statement that makes a reference stay inside its organization."""
    target = field.remote_field.model._meta.db_table
    return (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{field.column}_tie" '
        f'FOREIGN KEY ({key}, {field.column}) REFERENCES "{target}" (organization_id, id) '
        "DEFERRABLE INITIALLY DEFERRED"
    )


def _row_security(table: str) -> list[str]:
    migrating = "(SELECT current_setting('app.migrating', true)) = 'on'"
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY migrating ON "{table}" FOR ALL TO ot_owner USING ({migrating}) WITH CHECK ({migrating})',
    ]


def _policies(table: str, visible: str, own: str) -> list[str]:
    made = [
        f'CREATE POLICY tenant ON "{table}" FOR ALL TO ot_app USING ({visible}) WITH CHECK ({own})',
        f'CREATE POLICY fence ON "{table}" AS RESTRICTIVE FOR ALL TO ot_app USING ({visible}) WITH CHECK ({own})',
    ]
    if visible != own:
        # What may be read from elsewhere must not be changed or removed from there.
        made += [
            f'CREATE POLICY kept_{verb.lower()} ON "{table}" AS RESTRICTIVE FOR {verb} TO ot_app USING ({own})'
            for verb in ("UPDATE", "DELETE")
        ]
    return made
