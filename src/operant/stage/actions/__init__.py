"""What people and jobs do in Stage, one file per life stage. Rooms above use these names."""

from .connections import (
    PasswordNeeded,
    Test,
    ask_for_test,
    begin_test,
    change_connection,
    connect,
    finish_test,
    note_progress,
    with_password,
)
from .dashboards import archive, bring_back, create, duplicate, rename
from .drafts import Changed, restore, save_draft
from .publishing import publish
from .running import Run, begin_run, finish_run
from .sources import (
    Reading,
    begin_reading,
    delete_source,
    finish_reading,
    reject_file,
    rename_source,
    replace_file,
    upload,
)
from .watching import forget_results, keep_watching, watch

__all__ = [
    "Changed", "PasswordNeeded", "Reading", "Run", "Test", "archive", "ask_for_test", "begin_reading", "begin_run",
    "begin_test", "bring_back", "change_connection", "connect", "create", "delete_source", "duplicate",
    "finish_reading", "finish_run", "finish_test", "forget_results", "keep_watching", "note_progress", "publish",
    "reject_file", "rename", "rename_source", "replace_file", "restore", "save_draft", "upload", "watch",
    "with_password",
]  # fmt: skip
