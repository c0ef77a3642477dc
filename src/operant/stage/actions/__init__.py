"""What people and jobs do in Stage, one file per life stage. Rooms above use these names."""

from .alerting import forget_readings
from .alerts import change_alert, create_alert, delete_alert, mute_alert
from .annotating import annotate, remove_annotation, return_annotation
from .budgeting import set_budget
from .connections import (
    PasswordNeeded,
    Test,
    ask_for_test,
    begin_fetch,
    begin_test,
    change_connection,
    connect,
    finish_test,
    may_break_fetched,
    note_progress,
    with_password,
)
from .dashboards import archive, bring_back, create, duplicate, rename
from .datasets import Folding, begin_folding, declare, finish_folding, push, reject_rows
from .drafts import Changed, save_draft
from .editing import end_editing, note_editing
from .extracts import (
    LEASE,
    Extraction,
    begin_extract,
    change_extract,
    fail_extract,
    finish_extract,
    give_back_extract,
    make_extract,
    refresh_extract,
)
from .filing import file, star, unstar
from .logbook import forget_runs, log_question, look
from .pictures import add_picture, forget_pictures
from .pinning import pin_columns
from .planning import cancel_publication, plan_publication, publish_planned
from .publishing import prepare, publish, put_out
from .remembering import forget_past
from .restoring import publish_again, refuse_incomplete, restore, return_draft
from .running import Run, ask_now, begin_run, finish_run
from .saved import change_saved, delete_saved, own_values, publish_saved, save_query
from .sharing import change_share, create_share, revoke_share
from .sheets import choose_sheet
from .source_versions import delete_version, use_version
from .sources import (
    Reading,
    begin_reading,
    delete_source,
    finish_reading,
    give_back_reading,
    may_break,
    reject_file,
    rename_source,
    replace_file,
    upload,
)
from .texts import create_from_text, replace_with_text, saved_from_text
from .watching import forget_results, keep_watching, watch, watch_together

__all__ = [
    "Changed", "Extraction", "Folding", "LEASE", "PasswordNeeded", "Reading", "Run", "Test", "add_picture", "annotate",
    "archive", "ask_for_test", "ask_now", "begin_extract", "begin_fetch", "begin_folding", "begin_reading", "begin_run",
    "begin_test", "bring_back", "cancel_publication", "change_alert", "change_connection", "change_extract",
    "change_saved", "change_share", "choose_sheet", "connect", "create", "create_alert", "create_from_text", "create_share",
    "declare", "delete_alert", "delete_saved", "delete_source", "delete_version", "duplicate", "end_editing", "fail_extract",
    "file", "finish_extract", "finish_folding", "finish_reading", "finish_run", "finish_test", "forget_past",
    "forget_pictures", "forget_readings", "forget_results", "forget_runs", "give_back_extract", "give_back_reading",
    "keep_watching", "log_question", "look", "make_extract", "may_break", "may_break_fetched", "mute_alert", "note_editing",
    "note_progress", "own_values", "pin_columns", "plan_publication", "prepare", "publish", "publish_again",
    "publish_planned", "publish_saved", "push", "put_out", "refresh_extract", "refuse_incomplete", "reject_file",
    "reject_rows", "remove_annotation", "rename", "rename_source", "replace_file", "replace_with_text", "restore",
    "return_annotation", "return_draft", "revoke_share", "save_draft", "save_query", "saved_from_text", "set_budget", "star",
    "unstar", "upload", "use_version", "watch", "watch_together", "with_password",
]  # fmt: skip
