"""Newspapers that were scanned, and texts that were edited."""
