"""What to ask and decide: pure values and functions, no I/O."""
