"""The tables: columns, constraints, encrypted fields."""
