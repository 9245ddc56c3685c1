"""What runs under the interpreters of others' libraries, each in an environment of its own."""
