"""Tests: a real database, real servers, transcripts."""
