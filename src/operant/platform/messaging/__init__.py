"""
Messaging: one message, many channels.

Nouns: *message* (a row before anything is sent), *category* (what it is about, from a closed list), *channel* (mail in
this house so far), *gate* (what is asked right before it leaves), *outbox* (where mail goes when no server is
configured). Rules: an action never touches the network; SMTP is never retried blind: a message whose sending was cut
off is `unknown` until a person settles it; what is not essential can be ended with one click.
"""

from .sending import GATES, send_mail, send_now

__all__ = ["GATES", "send_mail", "send_now"]
