"""Terms → the letters that begin every word with such a term: most pieces of a text need not be analysed to know that they
match nothing.

    terms ──beginnings──► letters ──Hint──► whether a piece may hold one of the terms ◄──clue── piece

A word begins as its terms do, in its first `SIZE` letters, but for the forms of some irregular words (*vont*, *yeux*).
"""

from __future__ import annotations

from collections.abc import Iterable
from sys import intern

from searcher.analysis.cyrillic import is_cyrillic
from searcher.analysis.fold import fold, surface
from searcher.analysis.pieces import bare, is_plain

SIZE = 3
OTHER_SCRIPTS = "\u0180"  # behind the letters of Latin scripts that all have a form of ASCII letters

IRREGULAR = dict(
    each.split(">")
    for each in """
    /bail>bau /beau>bel /mort>meu,mou /oeil>yeu /viv>vec aller>ail,ira,ire,iri,iro,va,vai,vas,vat,von axer>axa,axi,axo
    bail>bau bayer>bai beau>bel boire>bu,bue,bum,bur,bus,but,buv béer>bea,bei,beo choir>che,chu cleptomane>kle
    croire>cru croitre>cru croître>cru devoir>doi,du,due,dum,dur,dus,dut dire>dim,dis,dit djihad>jih djihadisme>jih
    djihadiste>jih eczéma>exe faillir>fau faire>fas,fer,fim,fir,fis,fit,fon falloir>fau fantasme>pha fier>fia,fii
    fiord>fjo fou>fol foufou>fof fuir>fuy gasoil>gaz gésir>gis,git haschich>hac huer>hua,hui,huo kasher>cas layer>lai
    lier>lia,lii lire>lis,lit,lu,lue,lum,lur,lus,lut lis>lys madame>mes mademoiselle>mes mal>mau mettre>mim,mir,mis,mit
    monsieur>mes mou>mol mourir>meu,mor mouvoir>meu,mu,mue,mum,mur,mus,mut muer>mua,mui naître>naq,ne,nee,nes
    nier>nia,nii,nio noyer>noi nuer>nua,nui,nuo oeil>yeu oignon>ogn oindre>oig omettre>omi oser>osa,osi,oso
    ouïr>oie,ois,oit,orr,oya,oye,oyi,oyo paye>pai payer>pai plaire>plu pleuvoir>plu pouvoir>peu,pu,pui,pum,pur,pus,put
    prendre>pri puer>pua,pui,puo punch>pon raire>ray rayer>rai rire>ri,ria,rie,rii,rim,rio,ris,rit ruer>rua,rui,ruo
    réer>rea,rei,reo saoul>sou saouler>sou savoir>sac,sai,sau,su,sue,sum,sur,sus,sut seoir>sea,sey,sie,sis
    suer>sua,sui,suo taire>tue,tum,tur,tus,tut tenir>tie,tin toquade>toc tsar>tza tuer>tua,tui,tuo user>usa,usi,uso
    valoir>vai,vau venir>vie,vin vif>viv vivre>vec,vis,vit voir>ver,vim,vir,vis,vit,voy,vu,vue,vus vouloir>veu
    yaourt>yog élire>elu émettre>emi émouvoir>eme,emu ôter>ota,oti,oto
    """.split()
)
"""The lemmas, and stems behind `/`, with forms that begin otherwise, and how these begin; all of them, by test."""

_BENT = ("ven", "ten", "cev", "teu")
"""What `stems` puts in place of *vient*, *tient*, *çu*, *trice*: only the first letter is sure."""


def beginnings(terms: Iterable[str]) -> frozenset[str] | None:
    """Letters that begin every word that gives one of these terms (words, keys, stems behind `/`), at most `SIZE` of each.

    None when no letters can be named: for a term without letters or digits.
    """
    found: set[str] = set()
    for term in terms:
        letters = "".join(filter(str.isalnum, fold(surface(term))))
        begins = letters[:SIZE]
        if term[:1] in "/~":
            begins = letters[: min(SIZE, max(len(letters) - 1, 1))]  # a stemmer writes another last letter: ay gives ai
            begins = begins[:1] if letters[:3] in _BENT else begins[:2] if letters[1:4] in _BENT else begins
        if not begins:
            return None
        found.add(begins)
        if term in IRREGULAR:
            found.update(IRREGULAR[term].split(","))
    return frozenset(found)


def clue(piece: str) -> str:
    """What tells how the words of a piece begin: of a piece that is one word its first `SIZE` letters; of another one all its
    letters behind a blank, other scripts also as printed, and the blank alone where letters are romanised word by word. Empty
    for a piece without words."""
    _, core = bare(piece)
    if core.isascii():
        letters = core.lower()
    elif is_cyrillic(core):
        return " "
    else:
        letters = fold(surface(core))
    if is_plain(core):
        return intern(letters[:SIZE])
    letters = "".join(filter(str.isalnum, letters))
    if any(each >= OTHER_SCRIPTS and each.isalnum() for each in core):  # a word without Latin letters begins as printed
        letters = f"{letters} {''.join(filter(str.isalnum, surface(core)))}"
    return f" {letters}" if letters else ""


class Hint(dict[str, bool]):
    """Clue of a piece → whether the piece may hold a term that begins so."""

    def __init__(self, beginnings: frozenset[str]) -> None:
        self._beginnings = beginnings
        self._short = tuple(each for each in beginnings if len(each) < SIZE)

    def __missing__(self, clue: str) -> bool:
        if clue[:1] == " ":
            may = clue == " " or self._is_within(clue)
        else:
            may = clue in self._beginnings or clue.startswith(self._short)
        self[clue] = may
        return may

    def _is_within(self, clue: str) -> bool:
        for each in self._beginnings:  # noqa: SIM110  a loop takes half the time of any()
            if each in clue:
                return True
        return False
