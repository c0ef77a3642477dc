"""
Stage: what is going on. Dashboards on live data.

Nouns: *source* (an uploaded file as a table, or somebody's database), *dashboard* (a draft that people edit, and
its published versions), *version* (numbered, never changed again), *result* (the newest answer of one query,
shared by everybody who watches), *alert* (a watcher that tells people of one figure), *share link* (an address that
shows what is published to whoever has it).

Hard rules: a version is never edited; screens and pages receive results and never cause queries; a source
that a dashboard reads cannot be deleted; strangers are given what widgets show and nothing of how; SQL runs in
the sandbox or in the customer's own database, read only, and nowhere else.
"""
