"""Relay: where everyone sees it. Screens, what they show and what each one has really painted."""
