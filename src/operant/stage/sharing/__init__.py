"""
Share links, as far as they need no database: how they are written, where they may be framed, what strangers are given.

Nouns: *share link* (an address that shows one published dashboard to whoever has it), *grant* (that whoever said a link's
password may look for twelve hours; it stands in the address, and no cookie anywhere).
"""
