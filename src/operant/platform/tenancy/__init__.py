"""
One organization per transaction, enforced by PostgreSQL.

Nouns: *scope* (the transaction and the organization it may see), *context* (the signed setting that PostgreSQL
checks), *guard* (what raises when code forgets the scope), *reception* (where rows about people are reached, of
whatever organization). Rules: one door, `organization_scope`; never nested; every table is either isolated
(`operations.Isolate`) or named in `audit.GLOBAL_TABLES` with the reason.
"""

from uuid import UUID

from .context import (
    NestedScope,
    NoScope,
    current_organization_id,
    current_person_id,
    organization_scope,
    person_scope,
    reception,
)

OPERATOR = UUID("00000000-0000-4000-8000-000000000001")
"""The operator's own organization: the same in every installation, made by its first migration."""

__all__ = [
    "OPERATOR",
    "NestedScope",
    "NoScope",
    "current_organization_id",
    "current_person_id",
    "organization_scope",
    "person_scope",
    "reception",
]
