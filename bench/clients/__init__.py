"""Load generators, each a process of its own: raw sockets and prepared bytes, so that the server is what is measured."""
