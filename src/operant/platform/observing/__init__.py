"""
Observing: what the house tells the people who run it.

Nouns: *record* (a log line: one JSON object), *trail* (what a record belongs to, in `platform/trail.py`), *figure* (a
number for Prometheus), *failure* (all errors of one type at one place, with a count), *probe* (`/healthz`, `/readyz`).
Rules: no value that somebody sent is ever written down: no query, form, token, secret address, mail address, cookie or
SQL parameter; labels of figures come from our code, never from a request; observing fails quietly and never loops.

Whoever counts something declares its figure with `prometheus_client` beside the code that counts: whatever stands in
the default registry of a process is told at `/metrics`.
"""
