"""A paragraph of a page, a feed or a mail → whether it is the publication's boilerplate rather than the article."""

from __future__ import annotations

import re
from functools import lru_cache

from searcher.calendar import MONTH
from searcher.readers.datelines import find

LONGEST_BYLINE = 200  # characters
CACHED = (
    4096  # paragraphs that are told once: a page is looked through twice, and the pages of a site share their labels
)
LONGEST = 320  # characters; what is longer is prose, however it begins

_FIGURES = r"[\s\d.,:;%€$£+/–—-]*"
_MARK = r"[\s\-–—_*•·>»›→▶►◄⏩➡👉🔴🎧📷▸|#+:(\[]*"
_ENDING = r"[\s\-–—>»›→▶►:.…!?)\]»\"”]*"

# What begins a line that leads elsewhere, whatever follows.
_OPENINGS = re.compile(
    _MARK
    + r"""(?:
      (?:[àa]\s+)?(?:re-?)?(?:lire|voir|[ée]couter|d[ée]couvrir)\s+(?:aussi|[ée]galement|sur\s+le\s+m[êe]me)\b
    | [àa]\ (?:re)?(?:lire|voir|[ée]couter)\s*(?:[:>»|\-–—]|$)
    | \(re\)(?:lire|voir)\b
    | (?:re)?lire\s*[:>»]
    | lire\ (?:l['’]int[ée]gralit[ée]|l['’]article|la\ suite|notre\ (?:article|dossier|enqu[êe]te|d[ée]cryptage|interview))\b
    | (?:notre|tout\ notre)\ dossier\s*:
    | (?:en\ savoir\ plus|pour\ en\ savoir\ plus|plus\ d['’]informations?)\s*(?:[:>»]|$)
    | sur\ le\ m[êe]me\ (?:sujet|th[èe]me)
    | (?:nos\ autres|autres|d['’]autres)\ (?:articles|contenus)
    | (?:read|see|watch)\ (?:also|more)\b | also\ read\b | related\s*(?::|articles?|stories|$) | more\ on\ this\b
    | suivez(?:-nous|\ (?:nous|l['’]actu|l['’]actualit[ée]|toute\ l['’]actualit[ée]|notre\ (?:page|fil|cha[îi]ne|compte)))
    | (?:retrouvez|rejoignez|likez|aimez)(?:-nous|\ nous|\ notre\ page)
    | retrouvez\ (?:toute?s?\ )?(?:l['’]|les\ |nos\ )?(?:actus?|actualit[ée]s?|infos?|informations)\b
    | (?:abonnez|inscrivez|connectez|identifiez)[\ -]vous\b
    | (?:pour\ )?recev(?:ez|oir)\ (?:gratuitement|chaque|tous|toute|toutes|l['’]essentiel|nos|notre|les\ (?:infos|alertes))\b
    | (?:follow|join)\ us\b | sign\ up\b | subscribe\ (?:to|now|for)\b
    | partage[rz]?\ (?:sur|cet?|cette|l['’]article|par|via|avec)\b | share\ (?:on|this)\b
    | (?:cet\ |l['’]?)?(?:article|contenu)\ (?:est\ )?r[ée]serv[ée]\ (?:[àa]|aux)\b
    | (?:la\ suite|le\ reste)\ (?:de\ cet\ article\ )?est\ r[ée]serv[ée]e?\b
    | il\ vous\ reste\ [\d.,]+\s*%
    | (?:vous\ (?:avez|possédez)\ )?d[ée]j[àa]\ (?:abonn[ée]|un\ compte|inscrit)
    | offre\ (?:limit[ée]e|sp[ée]ciale|d['’]abonnement|d[ée]couverte)
    | (?:ce|notre)\ (?:site|service)\ (?:utilise|fait\ usage)\b.*\bcookies
    | nous\ utilisons\ des\ cookies | en\ poursuivant\ (?:votre|la)\ (?:navigation|visite) | (?:we|this\ site)\ uses?\ cookies
    | en\ vous\ inscrivant,?\ vous\ acceptez
    | votre\ (?:inscription|adresse\ e-?mail|commentaire)\b.{0,40}(?:pris|enregistr|obligatoire|publi|utilis)
    | pour\ (?:voir|lire|afficher|visionner)\ (?:ce|cette|ces|la)\ (?:contenu|vid[ée]o|tweet|publication|carte)
    | (?:votre|your)\ (?:navigateur|browser)\ (?:ne|does)\b | (?:veuillez|merci\ d['’])\ ?activer\ javascript
    | please\ enable\ javascript
    | (?:temps|dur[ée]e)\ de\ lecture\b | lecture\s*:?\s*\d+\s*min
    | ajouter\ (?:[àa]\ (?:mes|vos|ma)|aux)\ (?:favoris|s[ée]lections?|articles|liste) | pour\ ajouter\ l['’]article
    | l['’]article\ a\ [ée]t[ée]\ ajout[ée]
    | (?:tous\ droits|toute\ reproduction|reproduction)\ (?:r[ée]serv|interdit|et\ (?:toute\ )?diffusion|totale|m[êe]me)
    | all\ rights\ reserved | ©\s*\w | copyright\s+(?:©|\(c\)|19|20)
    | (?:cr[ée]dits?|l[ée]gende)\ ?(?:photos?|image|vid[ée]o)?\s*:
    | (?:mots?[\ -]cl[ée]s?|tags?|[ée]tiquettes?|th[èe]mes?\ associ[ée]s?|class[ée]\ (?:dans|sous))\s*:
    | (?:write|leave|post)\ a\ (?:comment|reply) | (?:laisser|ajouter|poster|[ée]crire)\ un\ commentaire
    | cliquez\ (?:ici|sur|pour) | click\ here\b
    )""",
    re.I | re.X,
)
# What is boilerplate when it is all of the line.
_LABELS = re.compile(
    _MARK
    + r"""(?:
      (?:re)?lire(?:\ (?:aussi|[ée]galement|la\ suite|plus|l['’]article))? | voir\ (?:plus|aussi|tout) | read\ (?:more|on)
    | publicit[ée]s? | advertise?ments? | sponsoris[ée] | contenus?\ sponsoris[ée]s?
    | partager | partagez | share | tweeter | tweet | facebook | twitter | linkedin | whatsapp | instagram | pinterest
    | messenger | e-?mail | mail | google\ (?:news|actualit[ée]s|\+) | flipboard | bluesky | telegram | copier\ le\ lien
    | imprimer | print | envoyer(?:\ (?:par\ (?:e-?)?mail|[àa]\ un\ ami))? | t[ée]l[ée]charger | enregistrer | sauvegarder
    | comment(?:er|aires?|s)? | r[ée]agir | ajouter\ un\ commentaire | aucun\ commentaire
    | (?:s['’]abonner|je\ m['’]abonne|s['’]inscrire|s['’]identifier|se\ connecter|se\ d[ée]sabonner)(?:\ gratuitement)?
    | connexion | inscription | identifiez-vous | mon\ compte | newsletters? | la\ newsletter
    | infolettre | subscribe | log\ ?in
    | abonn[ée]s? | article\ (?:abonn[ée]s?|r[ée]serv[ée]|payant) | premium | r[ée]serv[ée]\ aux\ abonn[ée]s
    | accueil | home | menu | sommaire | haut\ de\ page | retour(?:\ en\ haut)? | back\ to\ top | retour\ [àa]\ l['’]accueil
    | les?\ (?:plus|articles\ les\ plus)\ (?:lus|partag[ée]s|comment[ée]s|populaires)
    | [àa]\ la\ une | la\ r[ée]daction\ vous\ conseille
    | (?:articles?|sujets?|contenus?)\ (?:li[ée]s?|associ[ée]s?|similaires?|connexes?)
    | sur\ le\ m[êe]me\ sujet | dans\ la\ m[êe]me\ rubrique
    | (?:(?:audios?|vid[ée]os?|photos?|articles?|dossiers?|podcasts?|plus|tout)(?:,?\ (?:et\ )?)?){1,4}\ ?sur\ (?:le|ce)\ sujet
    | vous\ (?:aimerez|pourriez)\ (?:aussi|aimer) | [àa]\ (?:lire|voir|d[ée]couvrir)(?:\ (?:aussi|[ée]galement|ailleurs))?
    | (?:article\ )?(?:pr[ée]c[ée]dent|suivant)e? | previous | next | charger\ plus | afficher\ plus | load\ more
    | chargement(?:\ en\ cours)? | loading | fermer | close | tout\ accepter
    | mots?[\ -]cl[ée]s? | tags?
    | \d+\s*(?:commentaires?|comments?|partages?|shares?|r[ée]actions?|min(?:utes)?(?:\ (?:de\ lecture|read))?|vues)
    | (?:agrandir|zoom(?:er)?|voir)(?:\ (?:l['’]image|la\ photo|en\ grand))?
    )"""
    + _ENDING
    + "$",
    re.I | re.X,
)
# The same in other languages of pages that stand in French archives: German, Spanish, Italian, Polish; and more English.
_ABROAD = re.compile(
    _MARK
    + r"""(?:
      lesen\ sie\ (?:auch|hier|mehr|dazu|weiter)\b | mehr\ (?:zum\ thema|dazu|lesen|infos?|informationen|[üu]ber)\b
    | das\ (?:k[öo]nnte|thema\ k[öo]nnte)\ (?:dich|sie|dir|ihnen|euch)\b | auch\ interessant\b | schon\ gelesen\b
    | (?:weitere|[äa]hnliche|empfohlene|verwandte)\ (?:artikel|beitr[äa]ge|themen|meldungen|informationen|links)\b
    | zum\ weiterlesen\b | teilen\ mit\b | wird\ geladen\b | kommentare?\ (?:geschlossen|schreiben)\b
    | jetzt\ (?:registrieren|anmelden|abonnieren)\b
    | (?:quelle|foto|bild|titelbild|beitragsbild|themen|kategorien?|schlagworte)\s*:
    | [üu]ber\ (?:den|die)\ autor(?:in)?\b | zur[üu]ck\ zur\b | rezept\ drucken\b | alle\ angaben\ ohne\ gew[äa]hr
    | sie\ (?:sind\ (?:aktuell\ )?nicht\ eingeloggt|m[üu]ssen\ sich\ (?:einloggen|anmelden))\b
    | (?:war|wie\ (?:hilfreich\ war|bewerten\ sie))\ (?:dies?er?n?|der)\ (?:artikel|beitrag)\b | mit\ unserem\ newsletter\b
    | lea\ (?:tambi[ée]n|m[áa]s|adem[áa]s)\b | (?:lea|mira|puedes\ ver|vea)\s*: | (?:vea|ver)\ tambi[ée]n\b
    | (?:le|te)\ puede\ interesar\b | notas\ relacionadas\b | s[íi]guenos\b | suscr[íi]bete\b
    | leggi\ anche\b | ultima\ modifica\b | condividi\b
    | czytaj\ (?:te[żz]|tak[żz]e|wi[ęe]cej|r[óo]wnie[żz])\b | zobacz\ (?:te[żz]|tak[żz]e)\b
    | explore\ further\b | never\ miss\b | about\ the\ author\b | advertising\ disclosure\b
    | you\ can\ (?:keep\ up|follow)\b | we\ want\ to\ hear\ (?:from|what)\b | get\ the\ .{3,40}(?:newsletter|edition|inbox)
    | (?:image|photo|vid[ée]o)\ (?:illustrative|d['’]illustration)\b | this\ post\ contains\ (?:affiliate|references)\b
    )
    | \W*(?:drucken|teilen|anzeige|kommentieren|bewerten|kommentare?|temas|etiquetas|compartir|drukuj|stampa|tags
    |schlagworte)\W*$
    """,
    re.I | re.X,
)
# What begins the end of a page: everything after it leads elsewhere.
_AFTERWORD = re.compile(
    _MARK
    + r"""(?:
      sur\ le\ m[êe]me\ (?:sujet|th[èe]me) | [àa]\ lire\ (?:aussi|[ée]galement|sur) | (?:nos\ )?autres\ articles
    | (?:(?:audios?|vid[ée]os?|photos?|articles?|dossiers?|podcasts?|plus|tout)(?:,?\ (?:et\ )?)?){1,4}\ ?sur\ (?:le|ce)\ sujet
    | dans\ la\ m[êe]me\ rubrique
    | articles?\ (?:li[ée]s?|similaires?|connexes?|associ[ée]s?) | vous\ (?:aimerez|pourriez)\ aussi | les\ plus\ lus
    | mehr\ zum\ thema | (?:[äa]hnliche|empfohlene|weitere)\ (?:beitr[äa]ge|artikel|meldungen)
    | das\ k[öo]nnte\ (?:dich|sie|dir|ihnen|euch)\ .{0,10}interessieren | related\ (?:articles?|stories|posts?)
    | you\ (?:might|may)\ also\ like | read\ (?:more|next) | more\ (?:from|on\ this|stories)
    | notas\ relacionadas | (?:le|te)\ puede\ interesar | leggi\ anche
    | \d*\s*(?:commentaires?|comments?|kommentare?|comentarios)
    )"""
    + _ENDING
    + "$",
    re.I | re.X,
)
_MONTH = rf"(?:{MONTH})\b\.?"
_DATE = rf"(?:\d{{1,2}}(?:er)?\ +{_MONTH}\ +\d{{4}}|{_MONTH}\ +\d{{1,2}},?\ +\d{{4}}"
_DATE = _DATE + r"|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_DATED = re.compile(
    rf"""(?:publi[ée]e?s?|mis(?:e)?\ (?:en\ ligne|[àa]\ jour)|modifi[ée]e?|actualis[ée]e?|post[ée]e?|paru
    |r[ée]dig[ée]e?|[ée]crit|published|posted|updated|last\ modified)\b
    .{{0,40}}?(?:{_DATE}|\d{{1,2}}(?:er)?\ +{_MONTH}|\d{{1,2}}\s*[h:]\s*\d{{2}}|aujourd|hier|il\ y\ a)""",
    re.I | re.X,
)
_DANGLING = re.compile(
    r"(?:(?:publié|mis à jour|modifié|mis en ligne|posté|par|by|le|à|published|updated|on|\|)[\s:|,]*)+", re.I
)
_READING = re.compile(rf"[\s|·•,–—-]*(?:{_DATE})?[\s|·•,–—-]*\d+\s*min(?:utes?)?\s*(?:read|de lecture)", re.I)
_ONLY_DATE = re.compile(
    rf"""[\s|•·,–—-]*(?:(?:le|on|du)\ )?(?:(?:lun|mar|mercre|jeu|vendre|same)di,?|dimanche,?
    |(?:mon|tues|wednes|thurs|fri|satur|sun)day,?)?\ *
    {_DATE}[\s,|•·–—-]*(?:(?:[àa]|at)?\ *\d{{1,2}}\s*[h:.]\s*(?:\d{{2}})?(?::\d{{2}})?\s*(?:[ap]m)?)?[\s|•·,–—.-]*$""",
    re.I | re.X,
)
_NAME = r"(?:[A-ZÉÈÀÂÎÔÇ][\w'’.-]*|d['’]|de|du|des|la|le|von|van|der|ben|el|al|et|and|avec|with|[,&/|-]|\([^)]{0,40}\))"
_BY = re.compile(
    rf"\W*(?:(?i:par|by|propos recueillis par|texte(?: et photos)? par"
    rf"|de notre (?:envoyée?|correspondante?).{{0,30}}?))\s*:?\s+"
    rf"(?:{_NAME}[ ,]*){{1,12}}\W*(?:(?i:envoyée?s? spécia|correspondan).{{0,60}})?$"
)


def boilerplate(paragraph: str) -> bool:
    """Whether a paragraph on one line is navigation, an appeal (`LIRE AUSSI >`, `Suivez-nous sur …`), a button, a notice.

    Long paragraphs never are. French first, English where French sites show it. By-lines are told by `byline`.
    """
    return len(paragraph) <= LONGEST and _is_boilerplate(paragraph)


@lru_cache(CACHED)
def _is_boilerplate(paragraph: str) -> bool:
    if not re.search(r"\w", paragraph):
        return re.fullmatch(r"[\s*•·⁂#—–_-]*", paragraph) is None or len(paragraph) < 2
    return any(each.match(paragraph) is not None for each in (_LABELS, _OPENINGS, _ABROAD))


def afterword(paragraph: str) -> bool:
    """Whether a paragraph is a heading behind the article, under which other articles or comments are listed."""
    return len(paragraph) <= 60 and _AFTERWORD.match(paragraph) is not None


def byline(paragraph: str, author: str = "") -> bool:
    """Whether a paragraph says who wrote, or when it was published, and nothing else: `Par Jeanne Dupont`,
    `AFP, publié le 2 juillet 2020 à 19h19`, `Mis à jour le …`, a date alone, or the `author` that is known already."""
    return len(paragraph) <= LONGEST_BYLINE and _is_byline(paragraph, author)


@lru_cache(CACHED)
def _is_byline(paragraph: str, author: str) -> bool:
    bare = paragraph.strip(" ,.|–—-•·").casefold()
    if author and bare in (author.casefold(), f"par {author.casefold()}", f"by {author.casefold()}"):
        return True
    if _DANGLING.fullmatch(paragraph) or _READING.fullmatch(paragraph):
        return True
    when = find(paragraph) if len(paragraph) <= 60 else None
    if when is not None and sum(map(str.isalpha, paragraph[: when.start] + paragraph[when.end :])) <= 4:
        return True
    dated = _DATED.search(paragraph)
    if dated is not None and dated.start() <= 80 and not re.search(r"[.!?…]\s+\w", paragraph[: dated.start()]):
        return len(_rest(paragraph)) <= 90
    return _ONLY_DATE.match(paragraph) is not None or _BY.match(paragraph) is not None


def _rest(paragraph: str) -> str:
    """A by-line without its dates, times and set phrases."""
    return re.sub(rf"{_DATE}|\d{{1,2}}\s*[h:]\s*\d{{0,2}}|{_FIGURES}", "", paragraph)
