"""
Operating: the room of whoever runs this installation.

Nouns: *fact* (one thing that is well or not, with what to do), *notice* (a sentence that everybody who is signed in
sees), *product update* (news that everybody gets by mail who wants to), *job* and *chore* as the queue has them. Rules:
owners and admins of the operator's organization only, others find nothing; what crosses organizations comes from named functions
of the database that return names and numbers, never content; what the operator does is an event of the operator's
organization.
"""
