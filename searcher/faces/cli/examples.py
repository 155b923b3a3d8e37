"""Examples of each command: help shows them first, and a test reads each with the options of its command."""

EXAMPLES = {
    "searcher": ("searcher index ~/archives", "search Erdoğan Assad", "searcher index --help"),
    "search": (
        "search Erdoğan Assad",
        "search '\"réforme des retraites\" -sénat' --since 2023 --limit 20",
        "search budget --filter 'source=Le Monde' --sort -date",
        "search titre:grève --all --format csv --fields date,source,title",
    ),
    "index": ("searcher index ~/archives", "searcher index articles.jsonl.gz --index presse", "searcher index --watch"),
    "facets": ("searcher facets budget", "searcher facets budget --by source,author --size 50"),
    "timeline": ("searcher timeline grève --step month", "searcher timeline grève --share --format svg"),
    "save": ("searcher save retraites '\"réforme des retraites\"'", "searcher save retraites --remove"),
    "saved": ("searcher saved", "searcher saved --format json"),
    "new": ("searcher new", "searcher new retraites --peek"),
    "match": ("searcher match depeche.txt", "searcher match - --only retraites"),
    "feed": ("searcher feed Assad --address https://exemple.fr/assad.atom",),
    "kwic": ("searcher kwic liberté --context 6 --sort 1R,2R", "searcher kwic crise --sample 100 --format csv"),
    "sample": ("searcher sample grève --limit 50 --seed 7",),
    "show": ("searcher show 12345 --query budget", "searcher show 12345 --format bibtex"),
    "stats": ("searcher stats", "searcher stats --json"),
    "check": ("searcher check --full", "searcher check --repair"),
    "why": ("searcher why 'budget ville' 12345",),
    "eval": ("searcher eval collection --save run.json", "searcher eval collection --against run.json"),
    "help": ("searcher help syntax",),
    "analyze": ('searcher analyze "L\'école rouvre"',),
    "config": ("searcher config",),
    "completion": (
        'eval "$(searcher completion bash)"',
        "searcher completion fish > ~/.config/fish/completions/search.fish",
    ),
    "mcp": ("searcher mcp --index ~/archives/index", "searcher mcp --http --port 8766"),
}
