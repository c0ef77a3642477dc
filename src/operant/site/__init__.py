"""Site: the public pages of an installation."""
