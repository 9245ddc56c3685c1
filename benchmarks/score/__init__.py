"""How well the product understands what patients type, measured on labelled messages."""
