"""
Audit: who did what, and proof that nobody rewrote it.

Nouns: *entry* (an announcement, as people look back at it), *seal* (an entry's place in its organization's chain: a
number and a hash that covers the entry and the seal before), *checkpoint* (a day's signed statement of how far the chain
went), *check* (the chain read from end to end), *export* (the chain as a file that anybody can check with `verify.py`).
Rules: an entry is never changed; numbers are given by the sealer alone; erasing takes personal values and never entries;
whatever the pages say of the chain is what `verify.py` says.
"""
