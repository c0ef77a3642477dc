"""
Trust: what we promise and the evidence that it holds. Its first furniture is the backup.

Nouns: *backup* (one encrypted file with everything that cannot be made again), *recipient* (the public key that
backups are encrypted to), *identity* (the private key that opens them, kept apart), *manifest* (what the backup must
contain when it is read), *drill* (a restore elsewhere, compared with the manifest).

Rules: nothing of a backup touches a disk in clear; no half backup under a whole one's name; nothing is restored
before the last byte was checked; what was restored is counted and hashed before it counts.
"""
