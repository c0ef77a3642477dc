"""
Notifications: the one place that decides who hears what.

Nouns: *notification* (that one person is to hear of one fact; it lies in their inbox), *delivery* (that it also leaves
by mail), *wish* (which categories a person wants on which channel), *rhythm* (when their mails may come). Rules: a fact
names the permission whose holders hear of it, and nobody hears of their own deed; what is essential cannot be switched
off; wishes are asked when a mail is written and again when it leaves; however much there is, it is one mail.
"""
