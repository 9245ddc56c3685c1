"""The book: who has which place, by the rules of each clinic, and what became of it."""
