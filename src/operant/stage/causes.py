"""Why a source was asked, as the log of runs says it."""

SCHEDULE, WATCH, DATA, ALERT, PERSON, PREVIEW, PROGRAM, EXTRACT = (
    "schedule", "watch", "data", "alert", "person", "preview", "program", "extract",
)  # fmt: skip
WORDS = {
    SCHEDULE: "Its time had come",
    WATCH: "Somebody began to watch",
    DATA: "New data came",
    ALERT: "For an alert",
    PERSON: "Somebody asked for it now",
    PREVIEW: "A preview",
    PROGRAM: "A program asked",
    EXTRACT: "For an extract",
}
CHOICES = list(WORDS.items())
