"""A message's name, a language → the words that a page shows. Every message stands here in both languages.

Fields are written `{n}`. A message with two forms has a `|` between them: one thing, several things (French: 0 and 1 take the
first form, English: 1 alone). Codes, parameters and field names of the API are no messages: they never change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

Language = Literal["en", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr")

WORDS: Final[dict[str, tuple[str, str]]] = {
    # the frame of every page
    "archive": ("Archive", "Archives"),
    "skip": ("Skip to the content", "Aller au contenu"),
    "menu": ("Main menu", "Menu principal"),
    "nav.search": ("Search", "Rechercher"),
    "nav.saved": ("Saved", "Enregistrées"),
    "nav.archive": ("The archive", "Les archives"),
    "nav.help": ("Help", "Aide"),
    "language": ("Language", "Langue"),
    "language.en": ("English", "English"),
    "language.fr": ("Français", "Français"),
    "keys.button": ("Keyboard shortcuts", "Raccourcis clavier"),
    "footer": (
        "{n} article, as of {date}|{n} articles, as of {date}",
        "{n} article, au {date}|{n} articles, au {date}",
    ),
    "printed": ("Printed from {address} on {date}", "Imprimé depuis {address} le {date}"),
    # the search box
    "search": ("Search", "Rechercher"),
    "search.label": ("What are you looking for?", "Que cherchez-vous ?"),
    "search.hint": (
        "All words are required. “Quotes” keep words together, -word leaves a word out.",
        "Tous les mots sont exigés. Les « guillemets » gardent les mots ensemble, -mot exclut un mot.",
    ),
    "search.help": ("All that can be typed", "Tout ce qu’on peut écrire"),
    "home.title": ("Search the archive", "Chercher dans les archives"),
    "home.lead": (
        "{n} article, from {first} to {last}|{n} articles, from {first} to {last}",
        "{n} article, de {first} à {last}|{n} articles, de {first} à {last}",
    ),
    "home.count": ("{n} article|{n} articles", "{n} article|{n} articles"),
    "home.all": ("Browse all articles", "Parcourir tous les articles"),
    "home.over_time": ("The archive over time", "Les archives au fil du temps"),
    "home.sources": ("Sources", "Sources"),
    # the answer
    "count": ("{n} article|{n} articles", "{n} article|{n} articles"),
    "count.for": (
        "{n} article for “{query}”|{n} articles for “{query}”",
        "{n} article pour « {query} »|{n} articles pour « {query} »",
    ),
    "none.for": ("No article for “{query}”", "Aucun article pour « {query} »"),
    "none": ("No article", "Aucun article"),
    "incomplete": (
        "The time was up: these are the articles found until then.",
        "Le temps imparti est écoulé : voici les articles trouvés jusque-là.",
    ),
    "hits": ("Articles found", "Articles trouvés"),
    "untitled": ("(no title)", "(sans titre)"),
    "undated": ("no date", "sans date"),
    "unknown": ("(not known)", "(non renseigné)"),
    "missing": ("Without: {words}", "Sans : {words}"),
    "original": ("Original page", "Page d’origine"),
    "notes": ("About this answer", "À propos de cette réponse"),
    "sort": ("Order", "Tri"),
    "sort.relevance": ("Best first", "Pertinence"),
    "sort.-date": ("Latest first", "Plus récents"),
    "sort.date": ("Earliest first", "Plus anciens"),
    "pages": ("Pages of the answer", "Pages de la réponse"),
    "page": ("Page {n}", "Page {n}"),
    "page.of": ("Page {page} of {pages}", "Page {page} sur {pages}"),
    "previous": ("Previous", "Précédents"),
    "next": ("Next", "Suivants"),
    "first": ("First", "Début"),
    "window": (
        "Pages end at {n} articles; the download below holds all of them.",
        "Les pages s’arrêtent à {n} articles ; le téléchargement ci-dessous les contient tous.",
    ),
    # filters
    "filters": ("Filters", "Filtres"),
    "filters.count": ("Filters ({n} in use)", "Filtres ({n} en place)"),
    "apply": ("Apply", "Appliquer"),
    "clear": ("Remove all filters", "Retirer tous les filtres"),
    "remove": ("Remove the filter {name}", "Retirer le filtre {name}"),
    "in_use": ("Filters in use", "Filtres en place"),
    "period": ("Period", "Période"),
    "since": ("From", "Du"),
    "until": ("Until", "Au"),
    "date.hint": ("2020, March 2020, 07/01/2020…", "2020, mars 2020, 07/01/2020…"),
    "field.source": ("Source", "Source"),
    "field.author": ("Author", "Auteur"),
    "field.section": ("Section", "Rubrique"),
    "field.language": ("Language", "Langue"),
    "field.format": ("Format", "Format"),
    "field.year": ("Year", "Année"),
    "field.name": ("Name", "Nom"),
    "field.person": ("Person", "Personne"),
    "field.speaker": ("Quoted person", "Personne citée"),
    "field.when": ("Date", "Date"),
    "field.title": ("Title", "Titre"),
    "field.date": ("Date", "Date"),
    "field.pages": ("Pages", "Pages"),
    "field.id": ("Identifier", "Identifiant"),
    "field.url": ("Address", "Adresse"),
    "facet.more": ("Show {n} more|Show {n} more", "Afficher {n} autre|Afficher {n} autres"),
    "facet.more_of": ("Show more values of {field}", "Afficher d’autres valeurs de {field}"),
    "more_values": ("{n} more|{n} more", "{n} autre|{n} autres"),
    "since.chip": ("from {date}", "à partir de {date}"),
    "until.chip": ("until {date}", "jusqu’à {date}"),
    "match": ("Words required", "Mots exigés"),
    "match.auto": ("all, else most", "tous, sinon la plupart"),
    "match.all": ("all, always", "tous, toujours"),
    "match.any": ("at least one", "au moins un"),
    # the timeline
    "timeline": ("Over time", "Au fil du temps"),
    "timeline.count": ("Articles", "Articles"),
    "timeline.share": ("Share", "Part"),
    "timeline.caption.count": ("Articles found, per {step}", "Articles trouvés, par {step}"),
    "timeline.caption.share": (
        "Share of the archive’s articles, per {step}",
        "Part des articles des archives, par {step}",
    ),
    "timeline.table": ("The same as a table", "Les mêmes chiffres en tableau"),
    "timeline.bar": ("{label}: {n} article|{label}: {n} articles", "{label} : {n} article|{label} : {n} articles"),
    "timeline.of": ("{share} of {volume}", "{share} de {volume}"),
    "timeline.partial": ("only part of this period is covered", "période couverte en partie"),
    "timeline.few": (
        "few articles in the archive: the share says little",
        "peu d’articles dans les archives : la part est peu parlante",
    ),
    "timeline.undated": (
        "{n} article without a date|{n} articles without a date",
        "{n} article sans date|{n} articles sans date",
    ),
    "timeline.imprecise": (
        "{n} article whose date is less precise|{n} articles whose dates are less precise",
        "{n} article à la date moins précise|{n} articles aux dates moins précises",
    ),
    "timeline.peaks": ("Peaks", "Pics"),
    "timeline.period": ("Period", "Période"),
    "timeline.articles": ("Articles", "Articles"),
    "timeline.volume": ("Archive", "Archives"),
    "timeline.measure": ("What the bars show", "Ce que montrent les barres"),
    "timeline.drag": (
        "A bar leads to its articles; drag across several of them to choose a period.",
        "Une barre mène à ses articles ; glissez sur plusieurs pour choisir une période.",
    ),
    "timeline.csv": ("Download as CSV", "Télécharger en CSV"),
    "timeline.svg": ("Download as an image (SVG)", "Télécharger l’image (SVG)"),
    "step": ("Bars", "Barres"),
    "step.auto": ("automatic", "automatiques"),
    "step.day": ("day", "jour"),
    "step.week": ("week", "semaine"),
    "step.month": ("month", "mois"),
    "step.quarter": ("quarter", "trimestre"),
    "step.year": ("year", "année"),
    "step.decade": ("decade", "décennie"),
    # help on an empty answer
    "advice": ("What might help", "Ce qui peut aider"),
    "advice.try": ("Try", "Essayez"),
    "advice.counts": ("How many articles have each word", "Nombre d’articles pour chaque mot"),
    "advice.nearest": ("Instead of “{word}”", "À la place de « {word} »"),
    "advice.emptied": (
        "Without {part} there would be {n} article|Without {part} there would be {n} articles",
        "Sans {part}, il y aurait {n} article|Sans {part}, il y aurait {n} articles",
    ),
    "advice.family": (
        "With related words: {n} article|With related words: {n} articles",
        "Avec les mots de la même famille : {n} article|Avec les mots de la même famille : {n} articles",
    ),
    "advice.absent": (
        "No article passes {part}. The archive has:",
        "Aucun article ne passe le filtre {part}. Les archives contiennent :",
    ),
    "advice.absent_more": ("… {n} in all", "… {n} en tout"),
    # what to do with an answer
    "tools": ("With this answer", "Avec cette réponse"),
    "export": (
        "Download all {n} articles|Download all {n} articles",
        "Télécharger l’article|Télécharger les {n} articles",
    ),
    "export.table": ("Tables", "Tableaux"),
    "export.references": ("References", "Références"),
    "export.corpora": ("Corpora", "Corpus"),
    "export.data": ("Data", "Données"),
    "feed": ("Follow in a feed reader (Atom)", "Suivre dans un lecteur de flux (Atom)"),
    "save": ("Save this search", "Enregistrer cette recherche"),
    "save.name": ("Name", "Nom"),
    "save.button": ("Save", "Enregistrer"),
    # an article
    "article.marks": (
        "{n} match in the text|{n} matches in the text",
        "{n} occurrence dans le texte|{n} occurrences dans le texte",
    ),
    "article.no_marks": ("No match in the text", "Aucune occurrence dans le texte"),
    "article.match": ("Match {n}", "Occurrence {n}"),
    "article.matches": ("Matches", "Occurrences"),
    "article.previous_match": ("Previous match", "Occurrence précédente"),
    "article.next_match": ("Next match", "Occurrence suivante"),
    "article.back": ("Back to the answer", "Retour à la réponse"),
    "article.position": ("Article {n} of {total}", "Article {n} sur {total}"),
    "article.previous": ("Previous article", "Article précédent"),
    "article.next": ("Next article", "Article suivant"),
    "article.cite": ("Cite", "Citer"),
    "article.names": ("Named in this article", "Noms dans cet article"),
    "article.copy": ("Copy the reference", "Copier la référence"),
    "article.copied": ("Reference copied", "Référence copiée"),
    "article.formats": ("Reference as", "Référence au format"),
    "article.about": ("About this article", "À propos de cet article"),
    "article.empty": ("This article has no text.", "Cet article n’a pas de texte."),
    "article.path": ("File", "Fichier"),
    # in context
    "kwic.title": ("In context", "En contexte"),
    "kwic.lead": (
        "Every occurrence of your words with the text around it, one line each.",
        "Chaque occurrence de vos mots avec le texte qui l’entoure, une par ligne.",
    ),
    "kwic.count": (
        "{n} occurrence in {articles}|All {n} occurrences in {articles}",
        "{n} occurrence dans {articles}|Les {n} occurrences dans {articles}",
    ),
    "kwic.at_least": ("More than {n} occurrences", "Plus de {n} occurrences"),
    "kwic.none": ("No occurrence in a text", "Aucune occurrence dans un texte"),
    "kwic.order": ("Order of lines", "Ordre des lignes"),
    "kwic.order.": ("as the articles found", "comme les articles trouvés"),
    "kwic.order.1R": ("by the word to the right", "par le mot à droite"),
    "kwic.order.1L": ("by the word to the left", "par le mot à gauche"),
    "kwic.order.hit": ("by the occurrence", "par l’occurrence"),
    "kwic.order.date": ("by date", "par date"),
    "kwic.order.source": ("by source", "par source"),
    "kwic.context": ("Words on each side", "Mots de chaque côté"),
    "kwic.show": ("Show", "Afficher"),
    "kwic.too_many": (
        "Lines of more than {n} articles are not sorted here; narrow the search, or download them all.",
        "Au-delà de {n} articles, les lignes ne sont pas triées ici ; précisez la recherche, ou téléchargez-les toutes.",
    ),
    "kwic.source": ("Article", "Article"),
    "kwic.left": ("Before", "Avant"),
    "kwic.node": ("Occurrence", "Occurrence"),
    "kwic.right": ("After", "Après"),
    "kwic.caption": ("Occurrences of “{query}”", "Occurrences de « {query} »"),
    "kwic.download": ("Download all lines", "Télécharger toutes les lignes"),
    # names
    "view.search": ("Articles", "Articles"),
    "view.kwic": ("In context", "En contexte"),
    "view.names": ("Names", "Noms"),
    "view.quotes": ("Quotes", "Citations"),
    # copies of one dispatch
    "groups": (
        "{n} subject: copies of one dispatch stand together|{n} subjects: copies of one dispatch stand together",
        "{n} sujet : les reprises d’une dépêche sont réunies|{n} sujets : les reprises d’une dépêche sont réunies",
    ),
    "groups.all": ("Show every copy", "Montrer chaque reprise"),
    "groups.together": ("Put copies together", "Réunir les reprises"),
    "copies": ("+ {n} copy|+ {n} copies", "+ {n} reprise|+ {n} reprises"),
    "copies.title": ("Copies of this dispatch", "Reprises de cette dépêche"),
    "copies.diff": ("Compare", "Comparer"),
    "copies.diff_with": ("Compare with {title}", "Comparer avec {title}"),
    "diff.title": ("Two articles compared", "Deux articles comparés"),
    "diff.alike": ("{share} of the words stand in both.", "{share} des mots se trouvent dans les deux."),
    "diff.same": ("The two texts have the same words.", "Les deux textes ont les mêmes mots."),
    "diff.left": ("Only in the first", "Dans le premier seulement"),
    "diff.right": ("Only in the second", "Dans le second seulement"),
    "diff.incomplete": (
        "The texts are long: only their beginnings were compared.",
        "Les textes sont longs : seuls leurs débuts ont été comparés.",
    ),
    # quotes
    "quotes.title": ("Who says what", "Qui dit quoi"),
    "quotes.count": ("{n} quote|{n} quotes", "{n} citation|{n} citations"),
    "quotes.at_least": ("More than {n} quotes", "Plus de {n} citations"),
    "quotes.none": ("No quote", "Aucune citation"),
    "quotes.by": ("Said by", "Dit par"),
    "quotes.about": ("With the words", "Avec les mots"),
    "quotes.show": ("Show", "Afficher"),
    "quotes.unknown": ("speaker not named", "auteur non nommé"),
    "quotes.unsure": ("probably", "probablement"),
    "quotes.download": ("Download all quotes", "Télécharger toutes les citations"),
    "error.no_quotes": ("This index was made without quotes.", "Cet index a été construit sans les citations."),
    "views": ("This question", "Cette question"),
    "names.title": ("Who and what is named", "Personnes, lieux, organisations"),
    "names.for": ("Names around “{query}”", "Les noms autour de « {query} »"),
    "names.lead": (
        "Names that these {n} articles have more often than the rest of the archive, the most particular first.|"
        "Names that these {n} articles have more often than the rest of the archive, the most particular first.",
        "Les noms que cet article contient plus souvent que le reste des archives, les plus caractéristiques d’abord.|"
        "Les noms que ces {n} articles contiennent plus souvent que le reste des archives, les plus caractéristiques d’abord.",
    ),
    "names.all": ("The names that most articles have.", "Les noms que le plus d’articles contiennent."),
    "names.none": ("No name stands out here.", "Aucun nom ne ressort ici."),
    "names.here": ("Here", "Ici"),
    "names.elsewhere": ("Elsewhere", "Ailleurs"),
    "names.name": ("Name", "Nom"),
    "names.pairs": ("Who stands with whom", "Qui est cité avec qui"),
    "names.pairs_lead": ("Persons named in one sentence.", "Des personnes nommées dans une même phrase."),
    "names.kind.person": ("Persons", "Personnes"),
    "names.kind.place": ("Places", "Lieux"),
    "names.kind.organisation": ("Organisations", "Organisations"),
    "names.kind.other": ("Other names", "Autres noms"),
    "error.no_names": ("This index was made without names.", "Cet index a été construit sans les noms."),
    # articles like an article
    "similar.title": ("Articles like this one", "Articles proches"),
    "similar.of": ("Like “{title}”", "Proches de « {title} »"),
    "similar.none": ("No article is like this one.", "Aucun article ne ressemble à celui-ci."),
    "similar.shared": ("In common: {words}", "En commun : {words}"),
    # saved searches
    "saved.title": ("Saved searches", "Recherches enregistrées"),
    "saved.none": ("No search is saved yet.", "Aucune recherche n’est encore enregistrée."),
    "saved.how": (
        "In a terminal, on the computer that holds the archive:",
        "Dans un terminal, sur l’ordinateur qui contient les archives :",
    ),
    "saved.form": (
        "Search for something, then save the search under a name with the form below the answer.",
        "Cherchez quelque chose, puis enregistrez la recherche sous un nom avec le formulaire sous la réponse.",
    ),
    "saved.off": ("This server does not show saved searches.", "Ce serveur ne montre pas de recherches enregistrées."),
    "saved.feed": ("Feed", "Flux"),
    "saved.forget": ("Remove", "Retirer"),
    "saved.forget_name": ("Remove the search {name}", "Retirer la recherche {name}"),
    "saved.any": (
        "Every answer has a feed of its own: its address is on the page of the answer.",
        "Chaque réponse a son propre flux, dont l’adresse est sur la page de la réponse.",
    ),
    # the archive
    "about.title": ("What is in the archive", "Ce que contiennent les archives"),
    "about.articles": ("Articles", "Articles"),
    "about.copies": ("Duplicates", "Doublons"),
    "about.size": ("Size of the index", "Taille de l’index"),
    "about.engine": ("Engine", "Moteur"),
    "about.fingerprint": ("Analysis", "Analyse"),
    "about.created": ("Last update", "Dernière mise à jour"),
    "about.megabytes": ("{n} MB", "{n} Mo"),
    "about.field": ("Articles by {field}", "Articles par {field}"),
    "about.report": ("What the reading reported", "Ce que la lecture a signalé"),
    "about.report_lead": (
        "What gave no article, and what was guessed or mended in a file.",
        "Ce qui n’a donné aucun article, et ce qui a été deviné ou réparé dans un fichier.",
    ),
    "about.report_kind": ("Kind", "Nature"),
    "about.report_reason": ("Reason", "Raison"),
    "about.report_count": ("Times", "Nombre"),
    "about.report.failed": ("not read", "non lu"),
    "about.report.partly": ("read in part", "lu en partie"),
    "about.report.missing": ("a package is missing", "paquet manquant"),
    "about.report.skipped": ("no article", "sans article"),
    "about.report.noted": ("remark", "remarque"),
    "about.report_places": ("The {n} place|The first {n} places", "L’endroit|Les {n} premiers endroits"),
    "about.api": ("For programs", "Pour les programmes"),
    "about.api_text": (
        "The same answers as JSON, described by an OpenAPI document.",
        "Les mêmes réponses en JSON, décrites par un document OpenAPI.",
    ),
    # help
    "help.title": ("Help", "Aide"),
    "help.keys": ("Keyboard", "Clavier"),
    "help.options": (
        "What begins with -- is typed in a terminal. Here, the filters beside an answer do the same.",
        "Ce qui commence par -- se tape dans un terminal. Ici, les filtres à côté de la réponse font la même chose.",
    ),
    "key./": ("to the search box", "aller au champ de recherche"),
    "key.j": ("next article of the answer", "article suivant de la réponse"),
    "key.k": ("previous article of the answer", "article précédent de la réponse"),
    "key.n": ("next match in the article", "occurrence suivante dans l’article"),
    "key.p": ("previous match in the article", "occurrence précédente dans l’article"),
    "key.?": ("these shortcuts", "ces raccourcis"),
    "key.esc": ("close", "fermer"),
    "keys.on": ("Single-key shortcuts are on", "Raccourcis à une touche activés"),
    "keys.close": ("Close", "Fermer"),
    # when something is wrong
    "error.title": ("This did not work", "La demande n’a pas abouti"),
    "error.code": ("Code: {code}", "Code : {code}"),
    "error.home": ("Back to the search", "Revenir à la recherche"),
    "error.not_found": ("There is nothing at this address.", "Il n’y a rien à cette adresse."),
    "error.no_article": ("No article has this identifier.", "Aucun article ne porte cet identifiant."),
    "error.method": ("This address does not take that method.", "Cette adresse n’accepte pas cette méthode."),
    "error.query": ("This query goes beyond a limit.", "Cette requête dépasse une limite."),
    "error.date": ("This date cannot be read.", "Cette date est illisible."),
    "error.option": ("This choice does not exist.", "Ce choix n’existe pas."),
    "error.window": (
        "Pages end at 10,000 articles. Download the answer to have all of it.",
        "Les pages s’arrêtent à 10 000 articles. Téléchargez la réponse pour tout avoir.",
    ),
    "error.too_many": (
        "Lines of more than 2,000 articles are neither sorted nor drawn here. Narrow the search, or download all lines.",
        "Au-delà de 2 000 articles, les lignes ne sont ni triées ni tirées au sort ici. Précisez la recherche, ou "
        "téléchargez toutes les lignes.",
    ),
    "error.busy": (
        "Too many people are searching at this moment. Try again in a few seconds.",
        "Trop de recherches sont en cours. Réessayez dans quelques secondes.",
    ),
    "error.index_missing": ("There is no archive here for now.", "Il n’y a pas d’archives ici pour l’instant."),
    "error.index_unusable": (
        "The archive cannot be opened. The person who runs this server finds the reason with: searcher check",
        "Les archives ne peuvent pas être ouvertes. La personne qui tient ce serveur en saura la raison par : searcher check",
    ),
    "error.unavailable": (
        "The archive does not answer now. Try again.",
        "Les archives ne répondent pas pour l’instant. Réessayez.",
    ),
    "error.host": ("This server does not answer to that name.", "Ce serveur ne répond pas à ce nom."),
    "error.origin": ("Another site may not ask this server.", "Un autre site ne peut pas interroger ce serveur."),
    "error.token": (
        "This archive asks for its token. Open the address that the server printed, which ends in ?token=…",
        "Ces archives demandent leur jeton. Ouvrez l’adresse que le serveur a affichée, qui se termine par ?token=…",
    ),
    "error.token_reload": (
        "If you came by a link that had the token, load this page again.",
        "Si vous venez d’un lien qui contenait le jeton, rechargez cette page.",
    ),
    "error.read_only": ("Nothing can be saved on this server.", "Rien ne peut être enregistré sur ce serveur."),
    "error.not_saved": ("The search could not be saved.", "La recherche n’a pas pu être enregistrée."),
    "error.too_large": ("That is too large.", "C’est trop volumineux."),
    "error.too_slow": ("The request came too slowly.", "La demande est arrivée trop lentement."),
    "error.internal": (
        "The server made a mistake; its log has the details.",
        "Le serveur a fait une erreur ; son journal en a le détail.",
    ),
    # the first visit
    "first.title": ("Make your archive searchable", "Rendez vos archives consultables"),
    "first.lead": (
        "There is no archive here for now. Put your articles (text, pages, PDF, Word, press exports…) in a folder, then "
        "type in a terminal, on the computer that runs this page:",
        "Il n’y a pas d’archives ici pour l’instant. Mettez vos articles (textes, pages web, PDF, Word, exports de presse…) "
        "dans un dossier, puis tapez dans un terminal, sur l’ordinateur qui fait tourner cette page :",
    ),
    "first.then": (
        "This page shows the archive as soon as the command has ended; load it again.",
        "Cette page montrera les archives dès que la commande aura fini ; rechargez-la alors.",
    ),
    "first.folder": ("my-articles", "mes-articles"),
    "reload": ("Load again", "Recharger"),
}
"""Name → (English, French)."""

Say = Callable[..., str]
"""`say("count", n=3)`: the words of a message, its fields filled."""

NARROW = "\u202f"
"""The space between thousands in French: narrow, and never at the end of a line."""

_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "en": tuple("January February March April May June July August September October November December".split()),
    "fr": tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()),
}


def say(language: Language, name: str, /, **fields: object) -> str:
    """The words of a message. Whole numbers are written as the language writes them; `n` chooses between two forms."""
    form = WORDS[name][LANGUAGES.index(language)]
    if "|" in form:
        one, several = form.split("|")
        n = fields["n"]
        assert isinstance(n, int)
        form = one if n == 1 or (n == 0 and language == "fr") else several
    return form.format_map(
        {key: number(language, value) if _is_whole(value) else value for key, value in fields.items()}
    )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def number(language: Language, value: object) -> str:
    """A number as the language writes it: 12,000 and 12 000."""
    return f"{value:,}".replace(",", NARROW) if language == "fr" else f"{value:,}"


def share(language: Language, part: float) -> str:
    """A part of 1 in percent: 3.4% and 3,4 %."""
    written = f"{part * 100:.2f}" if part < 0.01 else f"{part * 100:.1f}"
    return f"{written.replace('.', ',')}{NARROW}%" if language == "fr" else f"{written}%"


def date(language: Language, written: str | None) -> str | None:
    """A date of an article (`2020`, `2020-03`, `2020-03-12`, a timestamp) in words: 12 March 2020, 12 mars 2020."""
    if not written:
        return None
    parts = written[:10].split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return written
    year = str(int(parts[0])) if len(parts) > 1 else parts[0]
    if len(parts) == 1:
        return year
    month = int(parts[1])
    if not 1 <= month <= 12:
        return written
    named = f"{_MONTHS[language][month - 1]} {year}"
    if len(parts) == 2:
        return named
    day = int(parts[2])
    return f"{'1er' if day == 1 and language == 'fr' else day} {named}"


def bucket(language: Language, label: str) -> str:
    """A label of a timeline (`2020-01-07`, `2020-W02`, `2020-01`, `2020-Q1`, `2020`, `2020s`) in words: 7 janvier 2020,
    2020-S02, janvier 2020, 2020-T1, 2020, années 2020."""
    if language == "fr" and label.endswith("s"):
        return f"années {label[:-1]}"
    if language == "fr":
        label = label.replace("-W", "-S").replace("-Q", "-T")
    return date(language, label) or label


def preferred(accepted: str) -> Language:
    """The language of a browser, from its `Accept-Language`; English when it takes neither."""
    best: Language = "en"
    weight = 0.0
    for at, each in enumerate(accepted[:1000].split(",")):
        tag, _, quality = each.partition(";q=")
        found = tag.strip().lower().partition("-")[0]
        try:
            held = float(quality.strip() or 1) - at * 1e-6
        except ValueError:
            continue
        for language in LANGUAGES:
            if found == language and held > weight:
                best, weight = language, held
    return best
