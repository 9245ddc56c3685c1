"""The staff's side of complaints: filed, claimed, looked into, answered, closed."""
