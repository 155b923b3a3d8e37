"""An index → pages for people, an API for programs, feeds: one ASGI application over the public API and `render`."""
