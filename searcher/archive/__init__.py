"""An archive open for use: search it, look after it."""
