"""First bytes of files that are often taken for tables."""

FOREIGN = {
    b"PK\x03\x04": "This is a ZIP or Excel file. Save the sheet as CSV and upload that.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel file, or has a password. Save it as .xlsx without one, or as CSV, and upload that.",
    b"\x1f\x8b": "This file is compressed with gzip. Unpack it and upload what is inside.",
    b"%PDF": "This is a PDF, not a table. Upload a CSV, Excel, JSON or Parquet file, or a SQLite database.",
    b"\x89PNG": "This is a picture, not a table. Upload a CSV, Excel, JSON or Parquet file, or a SQLite database.",
    b"\xff\xd8\xff": "This is a picture, not a table. Upload a CSV, Excel, JSON or Parquet file, or a SQLite database.",
    b"\x7fELF": "This is a program, not a table. Upload a CSV, Excel, JSON or Parquet file, or a SQLite database.",
    b"MZ\x90": "This is a program, not a table. Upload a CSV, Excel, JSON or Parquet file, or a SQLite database.",
}
