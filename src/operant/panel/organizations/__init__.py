"""
Organizations: tenants, who belongs to them and what they may do.

Nouns: *organization* (a tenant; its slug stands in the address), *membership* (a person in an organization, with one
role), *invitation* (a mail that becomes a membership). Rules: an organization always has an owner; nobody gives more
than they have; what a person may do is asked of `rules`, here and in every room.
"""
