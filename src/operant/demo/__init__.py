"""Demo: two invented organizations and their year."""
