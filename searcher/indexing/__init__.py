"""Archives → an index on disk: scan, read, store, publish."""
