"""Where the house is put together: settings, addresses, the ASGI program. The only place rooms are listed."""
