"""
How fast the house is, beside the usual way of doing the same: `make bench`, or `make bench ONLY=rls`.

Nouns: *row* (one figure of ours, the peer's beside it, and the goal), *group* (rows that share a preparation, one
file in `groups/`), *peer* (another program in an environment of its own, or the same work done the usual way).
Rules: both sides run on this machine in turns, ours, peer, ours, peer; a figure is the median of its rounds; only
ratios mean anything elsewhere; a peer runs with its best settings, which are printed.
"""
