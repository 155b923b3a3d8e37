"""`python -m searcher` is the `searcher` command."""

from searcher.cli import main

if __name__ == "__main__":
    main()
