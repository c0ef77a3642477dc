"""
Messaging: one message, many channels.

Nouns: *message* (a row before anything is sent), *channel* (mail in this house so far), *outbox* (where mail goes
when no server is configured). Rules: an action never touches the network; SMTP is never retried blind: a message
whose sending was cut off is `unknown` until a person settles it.
"""

from .sending import send_mail

__all__ = ["send_mail"]
