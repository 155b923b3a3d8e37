"""Results → text for a terminal, a program or a document; the only place that knows colours, JSON and Markdown."""
