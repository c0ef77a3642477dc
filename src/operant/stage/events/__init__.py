"""What Stage announces, one file per noun. Everything else imports from here."""

from .alerts import (
    AlertChanged,
    AlertCleared,
    AlertClearedMuted,
    AlertCreated,
    AlertDeleted,
    AlertFired,
    AlertFiredMuted,
    AlertLost,
    AlertMuted,
    AlertUnmuted,
)
from .annotations import AnnotationAdded, AnnotationRemoved, AnnotationReturned
from .dashboards import (
    DashboardArchived,
    DashboardCreated,
    DashboardFiled,
    DashboardPublished,
    DashboardRenamed,
    DashboardRestored,
    DashboardReturned,
    DraftEdited,
    DraftReplaced,
    DraftReturned,
    PictureAdded,
    PictureForgotten,
    PublicationCanceled,
    PublicationPlanned,
)
from .saved import QuerySaved, SavedQueryChanged, SavedQueryDeleted
from .shares import ShareChanged, ShareCreated, ShareRevoked
from .sources import (
    DatasetDeclared,
    ExtractChanged,
    ExtractFailed,
    ExtractMade,
    ExtractRead,
    SourceBudgetChanged,
    SourceConnected,
    SourceConverted,
    SourceDeleted,
    SourcePinned,
    SourceReached,
    SourceReconnected,
    SourceRejected,
    SourceRenamed,
    SourceSheetChosen,
    SourceUnreached,
    SourceUploaded,
    SourceVersionDeleted,
    SourceVersionUsed,
    SourceVersionWaits,
)

__all__ = [
    "AlertChanged", "AlertCleared", "AlertClearedMuted", "AlertCreated", "AlertDeleted", "AlertFired", "AlertFiredMuted",
    "AlertLost", "AlertMuted", "AlertUnmuted", "AnnotationAdded", "AnnotationRemoved", "AnnotationReturned",
    "DashboardArchived", "DashboardCreated", "DashboardFiled", "DashboardPublished", "DashboardRenamed",
    "DashboardRestored", "DashboardReturned", "DatasetDeclared", "DraftEdited", "DraftReplaced", "DraftReturned",
    "ExtractChanged", "ExtractFailed", "ExtractMade", "ExtractRead", "PictureAdded", "PictureForgotten",
    "PublicationCanceled", "PublicationPlanned", "QuerySaved", "SavedQueryChanged", "SavedQueryDeleted", "ShareChanged",
    "ShareCreated", "ShareRevoked", "SourceBudgetChanged", "SourceConnected", "SourceConverted", "SourceDeleted",
    "SourcePinned", "SourceReached", "SourceReconnected", "SourceRejected", "SourceRenamed",
    "SourceSheetChosen", "SourceUnreached", "SourceUploaded", "SourceVersionDeleted", "SourceVersionUsed", "SourceVersionWaits",
]  # fmt: skip
