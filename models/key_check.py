"""The canary: one row that proves at start that the key file fits this database."""

from tortoise import fields

from models.row import Row


class KeyCheck(Row):
    """A known text, sealed and indexed with the key file this database was made with."""

    name = fields.CharField(max_length=16, unique=True)
    key_id = fields.CharField(max_length=32)
    sealed = fields.TextField()
    blind = fields.CharField(max_length=64)
    signed = fields.CharField(max_length=64)

    class Meta:
        """Table of the canary."""

        table = "key_check"
