"""Files and messages of the hospital, read into plain rows."""
