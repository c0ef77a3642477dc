"""Turning a person's file into clean Parquet: what it is, how it is cut into columns, what its values are."""
