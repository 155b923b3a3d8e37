"""Matches → what a person is shown: passages, advice, values."""
