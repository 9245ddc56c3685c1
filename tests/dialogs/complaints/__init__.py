"""The complaint desk's talk, written down as it is to go."""
