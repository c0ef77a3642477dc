"""What people may say that a column is, whatever it looks like."""

LABELS = {
    "text": "Text", "number": "Number", "date": "Date", "day_first": "Date, day first", "month_first": "Date, month first",
    "datetime": "Date and time", "time": "Time", "boolean": "Yes or no",
}  # fmt: skip
