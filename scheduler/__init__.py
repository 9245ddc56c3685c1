"""Time: the ticker and the claiming of due rows."""
