from operant.platform import api

READ, WRITE = api.scopes(
    "relay", order=40, read="see screens and what they have really painted",
    write="pair screens, name them, choose what they show and end them",
)
