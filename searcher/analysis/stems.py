"""A printed French word flows in, its stem flows out: Snowball, corrected where it splits or mixes families.

The stem keeps its accents; the caller folds it, and `fold(stem(word))` is what is indexed. Two words are one
term when their folded stems are equal: every entry below is about that equality. `benchmarks/families.py`
recounts, on a word list and on real news, what each class joins and what it sets apart.
"""

from __future__ import annotations

from _thread import allocate_lock
from collections.abc import Callable

import snowballstemmer

_snowball = snowballstemmer.stemmer("french")
if hasattr(_snowball, "maxCacheSize"):
    _snowball.maxCacheSize = 0  # PyStemmer's cache of 10,000 words doubles the time a larger vocabulary takes


def _locked(stem_word: Callable[[str], str]) -> Callable[[str], str]:
    """The same function, for one thread at a time."""
    lock = allocate_lock()

    def locked(word: str) -> str:
        with lock:
            return stem_word(word)

    return locked


_stem_word: Callable[[str], str] = _snowball.stemWord
if type(_snowball).__module__ != "Stemmer":  # Snowball in Python keeps the word at hand in the stemmer
    _stem_word = _locked(_stem_word)


def _release() -> str:
    """The release of Snowball in use, major and minor: PyStemmer's, which does the work when it is installed."""
    if type(_snowball).__module__ == "Stemmer":
        release: str = __import__("Stemmer").version()
    else:
        # Imported here: it costs more than the rest of this module together.
        from importlib.metadata import version

        release = version("snowballstemmer")
    return ".".join(release.split(".")[:2])


FINGERPRINT: str = f"french snowball {_release()} + rules 2"
"""Changes whenever a stem may: with the release of Snowball, and by hand with the tables of this file."""


def stem(word: str) -> str:
    """The stem of one printed word: lower case, NFC, ligatures undone, without apostrophe or hyphen.

    Never raises; a word that holds a digit is its own stem. Not cached. Threads may share it.

    >>> stem("turques"), stem("négocient"), stem("côtes"), stem("3bis")
    ('turc', 'négoci', 'côte', '3bis')
    """
    if not word.isalpha() and any(letter.isdigit() for letter in word):
        return word
    own = _OWN.get(word)
    if own is not None:
        return own
    shown = _SHOWN.get(word)
    if shown is None:
        bends = _BEFORE.get(word[-2:])
        shown = word if bends is None else _bent(word, bends)
    try:
        found = _stem_word(shown)
    except UnicodeEncodeError:  # half of a surrogate pair, from a damaged file: PyStemmer speaks UTF-8
        return word
    joined = _JOINED.get(found)
    if joined is not None:
        return joined
    bends = _AFTER.get(found[-2:])
    return found if bends is None else _bent(found, bends)


def _bent(text: str, bends: list[tuple[str, str]]) -> str:
    """`text` with its ending exchanged by the first of `bends` that fits and leaves a letter before it."""
    for ending, instead in bends:
        if text.endswith(ending) and len(text) > len(ending):
            return text[: -len(ending)] + instead
    return text


def _pairs(table: str) -> dict[str, str]:
    return {left: right for left, _, right in (entry.partition(">") for entry in table.split())}


def _by_last_two(table: str) -> dict[str, list[tuple[str, str]]]:
    bends: dict[str, list[tuple[str, str]]] = {}
    for ending, instead in _pairs(table).items():
        bends.setdefault(ending[-2:], []).append((ending, instead))
    return bends


# Endings of the printed word, and what Snowball is shown instead: the same word in a form it understands
# better. The first that fits wins; an ending that gives itself back is an exception to those after it.
_BEFORE = _by_last_two(
    # Plurals it keeps whole (élus, euros) or takes for verbs (commissions, leaders).
    " os>o us>u ers>er sions>sion gions>gion nions>nion xions>xion"
    # -teur/-trice and -if/-ive, joined only where a long root precedes; -ive, for activité is of the family.
    " trice>teur trices>teur tif>tive tifs>tive sif>sive sifs>sive dif>dive difs>dive"
    # The third person in -ent, which it never touches. -ment mostly ends adverbs and nouns: _VERBS_IN_ENT.
    " aient>aient èrent>èrent irent>irent aissent>aisser issent>issent ment>ment oient>oyer uient>uyer"
    " vient>venir viennent>venir tient>tenir tiennent>tenir ient>ier ent>er"
    # Verbs in -fier: it cuts vérifie to vérif and vérifié to vérifi.
    " fie>fier fies>fier"
)

# Endings of Snowball's stem, and of ours. All forms of a verb pass here: infinitive, future, participle meet.
_AFTER = _by_last_two(
    # attendr(e), attend, attendu; permettr(a), permet; battr(e), batt(ait); suivr(e), suiv(ait)
    " viendr>ven tiendr>ten endr>end ondr>ond erdr>erd endu>end ondu>ond erdu>erd ettr>et attr>att attu>att"
    " uivr>uiv ompr>omp ompu>omp aincr>ainc aincu>ainc"
    # atteindr(e), atteint; produir(e), produis(ent), produit; construir(e)
    " indr>int duir>duit duis>duit truir>truit truis>truit"
    # recev(oir), reçoit, reçoiv(ent), reçu; connaîtr(e), connaiss(ent), connaît; obten(ir), obtenu
    " cevoir>cev çoit>cev çoiv>cev çu>cev aîtr>aît naitr>nait raitr>rait naiss>naît raiss>raît tenu>ten"
    " venu>ven"
)

# Stems Snowball keeps apart, and the one they share here.
_JOINED = _pairs(
    # masculine and feminine
    " turqu>turc grecqu>grec publiqu>public laïqu>laïc blanch>blanc longu>long bel>beau nouvel>nouveau"
    " vieil>vieux foll>fou douc>doux rouss>roux fauss>faux sech>sec bass>bas gross>gros gentill>gentil"
    " brev>bref fraîch>frais juiv>juif naïv>naïf veuv>veuf"
    # forms of one verb, and its noun
    " multipli>multipl meurt>mort meur>mort mour>mort mourr>mort venu>ven connu>connaît reconnu>reconnaît"
    " disparu>disparaît apparu>apparaît"
    # exceptions to _AFTER: a letter is no verb, and these participles are nouns of the news
    " lettr>lettr traîtr>traîtr traitr>traîtr revenu>revenu détenu>détenu contenu>contenu prévenu>prévenu"
    " avenu>avenu"
    # accents that folding would lose: a longer stem keeps the word apart from mal, mur, jeune, tache…
    " mâl>mâle mûr>mûre jeûn>jeûne tâch>tâche pêch>pêche châss>châssis pétit>pétition traîn>traîne"
    " armé>armée anné>année né>née entré>entrée entrer>entrée entrant>entrée aîn>aîne thé>thée"
    " répart>réparti rétent>rétention pôl>pôle crân>crâne hôt>hôte débout>déboute réclus>réclusion dôm>dôme"
)

# Common words that Snowball or folding would mix up with others: the rarer has a stem of its own. Not là, où,
# à: they are stop words, and `=là` demands the accent.
_OWN = _pairs(
    # côté, sur, du, mai and mais, mal, (il) marche
    " côte>côte côtes>côte sûr>sûre sûrs>sûre sûre>sûre sûres>sûre sûrement>sûre dû>due due>due dus>due"
    " dues>due maïs>maïse mali>malie marché>marché marchés>marché"
    # turc
    " turquie>turquie"
    # univers, égal, gêne and génie and gènes, désigner, Rennes, (il) pend, maintenir, (il) vend
    " université>université universités>université universitaire>université universitaires>université"
    " également>également gens>gens génie>génie génies>génie gène>gène gènes>gène design>designe"
    " designs>designe rené>rené vénus>vénus pendant>pendant maintenant>maintenant vendée>vendée"
)

# Families without a rule: the form, and the one Snowball is shown.
_FAMILIES = _pairs(
    " travaux>travail vitraux>vitrail baux>bail coraux>corail émaux>émail soupiraux>soupirail yeux>oeil"
    " cieux>ciel aïeux>aïeul bleus>bleu retraits>retrait nourrissons>nourrisson souvenirs>souvenir"
    " oubli>oublier oublis>oublier franche>franc franches>franc franchement>franc époux>épouse"
    " jaloux>jalouse ambassadrice>ambassadeur ambassadrices>ambassadeur vient>venir viennent>venir"
    " viendra>venir viendront>venir viendrait>venir tient>tenir tiennent>tenir tiendra>tenir tiendront>tenir"
    " tiendrait>tenir jeux>jeu enjeux>enjeu lieux>lieu milieux>milieu feux>feu voeux>voeu cheveux>cheveu"
    " dieux>dieu adieux>adieu neveux>neveu aveux>aveu matériaux>matériau tuyaux>tuyau noyaux>noyau"
    " joyaux>joyau vivre>vivait vit>vivait vécu>vivait vécue>vivait vécus>vivait vécues>vivait bat>battait"
    " bats>battait"
)

# Words that end like those of a rule of _BEFORE and are none.
_AS_PRINTED = """
    plus sous dessous nous vous tous dessus refus processus virus coronavirus campus jésus abus bus autobus
    minibus jus focus consensus bonus malus corpus airbus inclus confus reclus intrus diffus lotus lapsus
    obus détritus utérus dissous remous blocus cactus fabius foetus opus prospectus rébus surplus talus
    terminus typhus dos gros propos repos nos vos clos enclos héros chaos carlos lagos laos los marcos
    santos sos calvados vers travers envers divers univers revers pervers tiers angers gers nevers matrice
    matrices cicatrice cicatrices patrice béatrice motif motifs eurent firent furent mirent purent surent
    absent accent accident adhérent adjacent adolescent affluent agent antécédent apparent ardent argent
    arpent auvent cent client coefficient cohérent compétent concurrent confident conscient conséquent
    content continent contingent convalescent convergent coprésident couvent current décent déficient dent
    détergent différent dissident divergent efficient éloquent émergent éminent équivalent event évident
    excellent excédent expédient fervent florent fluorescent fréquent imminent impatient impertinent
    imprudent impudent incident incohérent incompétent inconscient inconvénient indécent indifférent
    indulgent influent ingrédient inhérent innocent insolent intelligent latent laurent lent lorient
    mécontent négligent nogent occident omniprésent opulent orient parent paravent patent patient permanent
    pertinent polyvalent précédent présent président prudent quotient récent récipient récurrent référent
    régent résident résilient réticent sergent serpent soient souvent talent torrent transparent trident
    turbulent urgent vent vincent violent virulent voient sent kent
"""

# Verbs whose third person in -ment or -irent the rules leave alone.
_VERBS_IN_ENT = """
    affirm aim allum alarm anim arm assum calm clam confirm consomm dorm enferm enflamm entam estim exprim
    ferm film form fum imprim inform nomm proclam programm prim réaffirm réclam referm renferm résum rythm
    somm supprim surnomm transform admir aspir attir déchir désir expir inspir respir retir tir vir
"""

# -ier verbs beyond -fie: a rule would take énergie, partie, Italie with it.
_VERBS_IN_IE = """
    appréc assoc asphyx bénéfic calomn concil cop euthanas humil incend licenc négoc oubl privilég publ rall
    réconcil réfug rel remerc ren répertor republ étud offic var
"""

# Singulars cut as verbs (conflit like finit, danger like manger, emploi like emploie): shown as plurals.
_NOUNS_LIKE_VERBS = """
    conflit crédit débit déficit délit inédit interdit manuscrit parfait petit souscrit décrit forfait
    bandit appétit méfait portrait prescrit profit proscrit récit satisfait souhait stupéfait berger
    boulanger cancer conseiller danger entier étranger fier foyer hiver léger loyer ménager mensonger
    passager désir loisir plaisir emploi essai
"""

# Plurals in -is taken for participles, shown as singulars.
_PLURALS_IN_IS = "abri ami appui balai convoi cri ennui envoi loi paroi pli quai renvoi roi ski tournoi uni vrai"

# -eur nouns whose feminine in -euse is taken for that of an adjective in -eux.
_NOUNS_IN_EUSE = """
    achet chant cherch chroniqu coiff dans élev jou lanc march men ment nag patin port promett rapp serv
    surf travaill tromp vend vol voyag
"""

# Participles in -ité taken for nouns like facilité.
_VERBS_IN_ITER = "accréd délim félic plébisc précip réhabil ressusc sollic"


def _shown() -> dict[str, str]:
    shown = {word: word for word in _AS_PRINTED.split()} | _FAMILIES
    shown |= {root + "ent": root + "er" for root in _VERBS_IN_ENT.split()}
    shown |= {root + ending: root + "ier" for root in _VERBS_IN_IE.split() for ending in ("ie", "ies")}
    shown |= {root + end: root + "iter" for root in _VERBS_IN_ITER.split() for end in ("ité", "ités", "itée", "itées")}
    shown |= {noun + plural: noun + "s" for noun in _NOUNS_LIKE_VERBS.split() for plural in ("", "s")}
    shown |= {noun + "s": noun for noun in _PLURALS_IN_IS.split()}
    shown |= {root + ending: root + "eur" for root in _NOUNS_IN_EUSE.split() for ending in ("euse", "euses")}
    # Capitals are often printed without accents: president is président.
    return {_bare(word): form for word, form in shown.items()} | shown


def _bare(word: str) -> str:
    return word.translate(_WITHOUT_ACCENTS)


_WITHOUT_ACCENTS = str.maketrans("àâäçéèêëîïôöùûü", "aaaceeeeiioouuu")


_SHOWN = _shown()
