"""One channel a file; channels do not know each other."""
