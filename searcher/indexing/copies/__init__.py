"""Which articles of an archive are copies of one another: sketches ─► segments ─► pairs ─► groups, kept in each generation."""
