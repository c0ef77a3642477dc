"""`python -m operant.testing.prepared`: make the home that TEST_HOME names, with a database that has every table."""

import os

from operant.testing import plugin  # noqa: F401  imported, it makes the home and starts its server


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "operant.config.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", database="owner", verbosity=0)


if __name__ == "__main__":
    main()
