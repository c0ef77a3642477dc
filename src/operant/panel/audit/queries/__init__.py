"""Reads of the audit log: `reading` (pages of entries), `chain` (how far it is sealed), `exporting` (all of it, as lines)."""
