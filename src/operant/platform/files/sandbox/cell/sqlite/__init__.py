"""Database files of SQLite, as people upload them: listed and asked where they are, and written by nobody."""
