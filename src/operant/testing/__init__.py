"""What tests stand on: the cast, clients, the queue run by hand. Imported by tests only."""
