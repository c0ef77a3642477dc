from operant.platform import api

READ, WRITE = api.scopes(
    "stage", order=30, read="see data sources and dashboards, and ask them",
    write="upload data, change and publish dashboards",
)
