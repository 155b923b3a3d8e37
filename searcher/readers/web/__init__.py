"""What is read from the web: pages, feeds, exports, captures."""
