"""
The form of a backup: age( gzip( tar( head, keys, database, files, manifest ) ) ).

Ordinary tools read it too: `age --decrypt --identity KEY FILE | tar xz`, and `cat database/*` is SQL for psql.
"""
