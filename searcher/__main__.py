"""`python -m searcher` is the `searcher` command."""

from searcher.faces.cli import main

if __name__ == "__main__":
    main()
