"""The `operant` program: its commands, the PostgreSQL supervisor, the doctor."""
