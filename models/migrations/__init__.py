"""Schema changes in order; names are never reused and files never edited once released."""
