"""What people write and print: documents in pages."""
