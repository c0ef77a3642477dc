"""The database as a stream: one snapshot, what it holds, its dump, and the way back."""
