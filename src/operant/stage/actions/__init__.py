"""What people and jobs do in Stage, one file per life stage. Rooms above use these names."""

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
    "Changed", "Reading", "Run", "archive", "begin_reading", "begin_run", "bring_back", "create", "delete_source",
    "duplicate", "finish_reading", "finish_run", "forget_results", "keep_watching", "publish", "reject_file", "rename",
    "rename_source", "replace_file", "restore", "save_draft", "upload", "watch",
]  # fmt: skip
