"""What every server page is made of: layouts, components, tables, error pages and security headers."""
