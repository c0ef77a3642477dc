"""
Tokens: how programs enter an organization.

Nouns: *token* (belongs to one organization, acts for the member who made it or for a service account, has scopes),
*maker* (that member). Rules: a token is shown once and kept as a hash; it never has more rights than whom it acts for had
when it was made, nor more than they have now; when they leave or end it is over for good; a token makes no tokens.
"""
