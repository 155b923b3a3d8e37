"""The public names, for type checkers; `__init__.py` imports each on first use."""

from searcher.archive.alerts import (
    News as News,
)
from searcher.archive.alerts import (
    Saved as Saved,
)
from searcher.archive.alerts import (
    SavedSearches as SavedSearches,
)
from searcher.archive.check import (
    Check as Check,
)
from searcher.archive.check import (
    check as check,
)
from searcher.archive.index import (
    Index as Index,
)
from searcher.archive.index import (
    open as open,
)
from searcher.archive.language import (
    analyze as analyze,
)
from searcher.archive.language import (
    syntax as syntax,
)
from searcher.archive.live import (
    Live as Live,
)
from searcher.archive.live import (
    live as live,
)
from searcher.archive.locate import (
    locate as locate,
)
from searcher.archive.repair import (
    Repair as Repair,
)
from searcher.archive.repair import (
    repair as repair,
)
from searcher.archive.watch import (
    watch as watch,
)
from searcher.article import (
    Article as Article,
)
from searcher.engines.opensearch.target import (
    OpenSearch as OpenSearch,
)
from searcher.engines.protocol import (
    Contribution as Contribution,
)
from searcher.engines.protocol import (
    Counts as Counts,
)
from searcher.errors import (
    DateError as DateError,
)
from searcher.errors import (
    EngineUnreachable as EngineUnreachable,
)
from searcher.errors import (
    IndexClosed as IndexClosed,
)
from searcher.errors import (
    IndexDamaged as IndexDamaged,
)
from searcher.errors import (
    IndexForeign as IndexForeign,
)
from searcher.errors import (
    IndexLocked as IndexLocked,
)
from searcher.errors import (
    IndexMissing as IndexMissing,
)
from searcher.errors import (
    IndexReplaced as IndexReplaced,
)
from searcher.errors import (
    IndexUntrusted as IndexUntrusted,
)
from searcher.errors import (
    IndexUnusable as IndexUnusable,
)
from searcher.errors import (
    InputsFailed as InputsFailed,
)
from searcher.errors import (
    NotFound as NotFound,
)
from searcher.errors import (
    QueryError as QueryError,
)
from searcher.errors import (
    ReadFailed as ReadFailed,
)
from searcher.errors import (
    SearcherError as SearcherError,
)
from searcher.errors import (
    Unreadable as Unreadable,
)
from searcher.errors import (
    UsageError as UsageError,
)
from searcher.errors import (
    WriteFailed as WriteFailed,
)
from searcher.evaluation import (
    Evaluation as Evaluation,
)
from searcher.evaluation import (
    Measures as Measures,
)
from searcher.evaluation import (
    evaluate as evaluate,
)
from searcher.extras import (
    install_command as install_command,
)
from searcher.indexing.update import (
    Change as Change,
)
from searcher.indexing.update import (
    Failure as Failure,
)
from searcher.indexing.update import (
    FormatCount as FormatCount,
)
from searcher.indexing.update import (
    Progress as Progress,
)
from searcher.indexing.update import (
    Report as Report,
)
from searcher.indexing.update import (
    build as build,
)
from searcher.indexing.update import (
    changes as changes,
)
from searcher.indexing.update import (
    update as update,
)
from searcher.query.ask import (
    BUILT_IN as BUILT_IN,
)
from searcher.query.ask import (
    TIMEOUT as TIMEOUT,
)
from searcher.query.ask import (
    Ask as Ask,
)
from searcher.query.ask import (
    Filters as Filters,
)
from searcher.query.ask import (
    Required as Required,
)
from searcher.query.ask import (
    Sort as Sort,
)
from searcher.query.ask import (
    Variants as Variants,
)
from searcher.query.notes import (
    Note as Note,
)
from searcher.results.citations import (
    csl_item as csl_item,
)
from searcher.results.concordance import (
    Line as Line,
)
from searcher.results.diff import (
    Diff as Diff,
)
from searcher.results.diff import (
    Piece as Piece,
)
from searcher.results.facets import (
    FACETS as FACETS,
)
from searcher.results.facets import (
    Facet as Facet,
)
from searcher.results.facets import (
    FacetValue as FacetValue,
)
from searcher.results.fragments import (
    text_fragment as text_fragment,
)
from searcher.results.names import (
    ArticleName as ArticleName,
)
from searcher.results.names import (
    KeyName as KeyName,
)
from searcher.results.names import (
    KeyPair as KeyPair,
)
from searcher.results.names import (
    NameOrder as NameOrder,
)
from searcher.results.names import (
    Names as Names,
)
from searcher.results.names import (
    Pairs as Pairs,
)
from searcher.results.names import (
    Sentence as Sentence,
)
from searcher.results.quotes import (
    Quote as Quote,
)
from searcher.results.similar import (
    Similar as Similar,
)
from searcher.results.timeline import (
    Bucket as Bucket,
)
from searcher.results.timeline import (
    Burst as Burst,
)
from searcher.results.timeline import (
    Imprecise as Imprecise,
)
from searcher.results.timeline import (
    Step as Step,
)
from searcher.results.timeline import (
    Timeline as Timeline,
)
from searcher.results.values import (
    About as About,
)
from searcher.results.values import (
    Absent as Absent,
)
from searcher.results.values import (
    Evidence as Evidence,
)
from searcher.results.values import (
    Help as Help,
)
from searcher.results.values import (
    Hit as Hit,
)
from searcher.results.values import (
    Passage as Passage,
)
from searcher.results.values import (
    Results as Results,
)
from searcher.results.values import (
    Why as Why,
)

__version__: str
__all__: list[str]
