"""Query text → plan: `parse` makes a tree of what was written, `analyse` a plan of what is asked of the index."""
