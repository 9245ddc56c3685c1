"""A patient's question on its way to a doctor and back: six states, one number (R156, R160)."""
