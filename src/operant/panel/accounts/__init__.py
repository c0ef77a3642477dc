"""
Accounts: people, how they sign in, and their sessions.

Nouns: *person* (who signs in, across organizations), *session* (sealed, server-side), *sign-in* (an attempt, let in
or refused), *sign-up*, *try* (what a limit counts), *second factor* (an app or a passkey), *backup code*. Rules:
allauth does what it can and is reached only from here; a mail address is verified by a code before first use; no
session of somebody with a second factor began without it; whatever changes who may enter stands under
`reauthentication.recently`; exactly the cookies `ot-session` and `ot-theme`.
"""
