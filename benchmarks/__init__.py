"""Benchmarks are commands: python -m benchmarks.NAME."""
