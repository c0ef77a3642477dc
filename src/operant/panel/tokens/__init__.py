"""
Tokens: how programs enter an organization.

Nouns: *token* (belongs to one organization, acts for the member who made it, has scopes), *maker* (that member). Rules:
a token is shown once and kept as a hash; it never has more rights than its maker had when making it, nor more than its
maker has now; when its maker leaves it is over for good; a token makes no tokens.
"""
