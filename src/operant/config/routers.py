class OwnerMigrates:
    """Migrations run as the schema's owner and never on the connection that serves."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db == "owner"
