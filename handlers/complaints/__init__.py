"""The complaint desk in the chat: what patients say against or for the house, and what follows."""
