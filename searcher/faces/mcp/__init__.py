"""The archive as tools for an assistant: the Model Context Protocol, read-only.

tool call ──server──► public API ──answers──► values with a schema ──wording──► text for the model, texts of articles fenced
"""
