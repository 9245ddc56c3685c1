"""Software of others on the other end of each channel; `make peers` installs and runs it."""
