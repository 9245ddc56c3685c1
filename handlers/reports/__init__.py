"""What the house reports on: alerts handled, complaints of a month."""
