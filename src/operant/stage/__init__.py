"""Stage: what is going on. Dashboards on live data sources."""
