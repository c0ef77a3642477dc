"""
Webhooks: what an organization's own servers are told of, signed, soon and at least once.

Nouns: *endpoint* (an address of an organization that is told of events), *delivery* (one event on its way to one
endpoint), *attempt* (one try, and what was answered). Rules: what is sent is the catalogue's event without its private
fields, in the form of the Standard Webhooks; an announcement writes rows and nothing else; only addresses that were
looked up and judged are called; a slow endpoint holds up nobody else's deliveries.
"""
