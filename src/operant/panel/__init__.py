"""Panel: who we are. Accounts, organizations and everything about access."""
