"""
Verbs of notifications.

`telling` (a fact reaches inboxes), `delivering` (mails are written), `reading` (what a person does with their inbox),
`wishing` (what they want to hear).
"""
