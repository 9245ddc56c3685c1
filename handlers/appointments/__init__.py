"""The booking desk's talk with the database behind it: facts in, decisions carried out."""
