"""An index → an application for the web: `searcher.web.application(folder)`. Needs the extra `web`."""

from searcher.faces.web.application import application

__all__ = ["application"]
