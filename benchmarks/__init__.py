"""Long lists and measurements of the paths that must be fast."""
