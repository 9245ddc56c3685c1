"""The booking desk's talk: confirm, cancel, move, come back; pure, as every dialog."""
