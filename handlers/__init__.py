"""The use cases: one a function, one transaction each."""
