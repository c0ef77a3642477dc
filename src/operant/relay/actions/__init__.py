"""
Verbs of Relay by life stage.

`pairing` (a device becomes a screen), `credentials` (how it proves itself), `telling` (what it is handed), `hearing`
(what it says), `watching` (what its silence means), `keeping` (what people change), `deploying` (a version reaches
screens in stages), `returning` (it is taken back), `held` (which versions screens are held at), `playlists` and `schedules`
(what screens show when), `takeovers` (what lies over that).
"""
