"""Superset's settings, as its documentation advises for production, with everything that makes it faster."""

import os

SECRET_KEY = "a peer on this machine only, made anew for every run"
SQLALCHEMY_DATABASE_URI = os.environ["PEER_DSN"]
SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 20, "max_overflow": 20}
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False
AUTH_RATE_LIMITED = False
_ON_DISK = {"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": os.environ["PEER_CACHE"], "CACHE_DEFAULT_TIMEOUT": 86400}
CACHE_CONFIG = {**_ON_DISK, "CACHE_KEY_PREFIX": "meta_"}
DATA_CACHE_CONFIG = {**_ON_DISK, "CACHE_KEY_PREFIX": "data_"}
FILTER_STATE_CACHE_CONFIG = {**_ON_DISK, "CACHE_KEY_PREFIX": "filter_"}
EXPLORE_FORM_DATA_CACHE_CONFIG = {**_ON_DISK, "CACHE_KEY_PREFIX": "form_"}
LOG_LEVEL = "WARNING"


def QUERY_LOGGER(database, query, *arguments, **named):
    """Count what goes upstream: one line a query."""
    with open(os.environ["PEER_QUERIES"], "a", encoding="utf-8") as counted:
        counted.write(str(query).replace("\n", " ") + "\n")
