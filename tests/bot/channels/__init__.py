"""The channels, against strict stand-ins of their providers."""
