"""
Relay: where everyone sees it. Screens, what they show and what each one has really painted.

Nouns: *screen* (a paired device on a wall), *pairing* (a device that belongs to nobody yet, and its visible code),
*heartbeat* (what a screen says of itself: viewport, browser, rendered version, client errors, and nothing else),
*command* (identify or reload, asked by a person, answered by the screen), *playlist* (dashboards that take turns),
*schedule* (rules that say when something else is shown), *program* (both, as a screen is told them). Rules: connected,
alive and rendered are three facts and are never merged; only a heartbeat touches `last_seen_at`; telemetry serves
offline detection and troubleshooting, so no other room reads it (a house test says so). Most heartbeats say nothing new:
they are rows of a batch (`actions.sampling`), and only news is heard by itself (`actions.hearing`).
"""
