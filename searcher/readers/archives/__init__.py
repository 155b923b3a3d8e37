"""Archives → what is in them, where it stands."""
