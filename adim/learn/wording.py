"""A verdict in words, in English or in Turkish, for a terminal or as Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from adim.learn.languages import Language, Text, number
from adim.learn.mistakes import MISTAKES
from adim.learn.verdict import Finding, Line, Verdict


class General(NamedTuple):
    """What may be said of any function: a short name for it, a title with particulars, and what to do."""

    called: Text
    title: Text
    advice: Text


GENERAL: dict[str, General] = {
    "missing": General(
        Text(en="Not defined", tr="Tanımlanmamış"),
        Text(en="{function} is not defined", tr="{function} tanımlanmamış"),
        Text(
            en="The file must define a function of this name.",
            tr="Dosyada bu adla bir fonksiyon tanımlanmış olmalı.",
        ),
    ),
    "not_python": General(
        Text(en="Not Python", tr="Python değil"),
        Text(en="Something here is not Python", tr="Burada Python olmayan bir şey var"),
        Text(en="Python says: {message}", tr="Python'ın söylediği: {message}"),
    ),
    "unwritten": General(
        Text(en="Not written yet", tr="Henüz yazılmamış"),
        Text(en="{function} is still to be written", tr="{function} henüz yazılmamış"),
        Text(
            en="Put your code in the place that is marked for it, and remove the line that raises NotImplementedError.",
            tr="Kodunu işaretli yere yaz ve NotImplementedError veren satırı kaldır.",
        ),
    ),
    "library": General(
        Text(en="A library computes", tr="Hesabı bir kütüphane yapıyor"),
        Text(en="{library} computes here, not you", tr="Burada hesabı sen değil, {library} yapıyor"),
        Text(
            en="The exercise is to compute this with NumPy's arrays; what {library} returns earns no points.",
            tr="Alıştırma bunu NumPy dizileriyle hesaplamanı istiyor; {library} kütüphanesinin sonucu puan getirmez.",
        ),
    ),
    "hangs": General(
        Text(en="Does not come to an end", tr="Bitmiyor"),
        Text(en="A call does not come to an end", tr="Çağrılardan biri bitmiyor"),
        Text(
            en="It was stopped after {seconds} s. Is there a loop whose condition stays true, or a function that calls "
            "itself?",
            tr="{seconds} saniye sonra durduruldu. Koşulu hep doğru kalan bir döngü ya da kendini çağıran bir "
            "fonksiyon var mı?",
        ),
    ),
    "memory": General(
        Text(en="Takes too much memory", tr="Çok fazla bellek istiyor"),
        Text(en="A call takes more memory than there is", tr="Bir çağrı eldekinden fazla bellek istiyor"),
        Text(
            en="Look at the shapes of the arrays that you make: is one much larger than the answer?",
            tr="Oluşturduğun dizilerin biçimlerine (shape) bak: biri sonuçtan çok daha büyük mü?",
        ),
    ),
    "died": General(
        Text(en="Ends the whole program", tr="Bütün programı sonlandırıyor"),
        Text(en="A call ends the whole program", tr="Bir çağrı bütün programı sonlandırıyor"),
        Text(
            en="A function must return its result; it must not end Python, nor start or end other programs.",
            tr="Bir fonksiyon sonucunu döndürmeli; Python'ı sonlandırmamalı, başka programları ne başlatmalı ne de "
            "sonlandırmalı.",
        ),
    ),
    "returns_nothing": General(
        Text(en="Returns nothing", tr="Hiçbir şey döndürmüyor"),
        Text(en="{function} returns nothing", tr="{function} hiçbir şey döndürmüyor"),
        Text(
            en="Does it end with return, and does the return stand outside the loops?",
            tr="Sonunda return var mı, return döngülerin dışında mı duruyor?",
        ),
    ),
    "parts": General(
        Text(en="Returns too few or too many things", tr="Eksik ya da fazla şey döndürüyor"),
        Text(en="{function} must return {parts}", tr="{function} şunları döndürmeli: {parts}"),
        Text(en="What came is {received}.", tr="Gelen: {received}."),
    ),
    "type": General(
        Text(en="Wrong type", tr="Yanlış tür"),
        Text(en="{part} is of the wrong type", tr="{part} yanlış türde"),
        Text(en="Expected is {expected}; what came is {received}.", tr="Beklenen {expected}; gelen {received}."),
    ),
    "shape": General(
        Text(en="Wrong shape", tr="Yanlış biçim"),
        Text(en="{part} has the wrong shape", tr="{part} dizisinin biçimi yanlış"),
        Text(
            en="In the first call that shows it, expected is {expected}; what came is {received}.",
            tr="Bunu gösteren ilk çağrıda beklenen {expected}; gelen {received}.",
        ),
    ),
    "raises": General(
        Text(en="Raises an error", tr="Hata veriyor"),
        Text(en="It raises {error}: {message}", tr="{error} hatası veriyor: {message}"),
        Text(
            en="The call below shows with which arguments. Print the shapes of what stands in that line.",
            tr="Aşağıdaki çağrı hangi argümanlarla olduğunu gösteriyor. O satırda geçen dizilerin biçimlerini yazdır.",
        ),
    ),
    "rounded": General(
        Text(en="Right but for rounding", tr="Yuvarlama farkı dışında doğru"),
        Text(en="The numbers are right but for rounding", tr="Sayılar yuvarlama farkı dışında doğru"),
        Text(
            en="They differ by less than 1 percent, but more than adding in another order explains. Is something "
            "rounded, or computed in half precision, or is a small number added somewhere?",
            tr="Fark yüzde 1'den küçük, ama toplama sırasının açıklayacağından büyük. Bir şey yuvarlanıyor mu, yarım "
            "duyarlıkla mı hesaplanıyor, bir yere küçük bir sayı mı ekleniyor?",
        ),
    ),
    "fed": General(
        Text(en="Right, but fed by a wrong function", tr="Doğru, ama yanlış bir fonksiyonu kullanıyor"),
        Text(
            en="{function} itself is right; it is fed by {helpers}",
            tr="{function} doğru; yanlış olan, kullandığı {helpers}",
        ),
        Text(
            en="With a right {helpers} in its place every call of {function} succeeds. Mend {helpers} first.",
            tr="Yerine doğru bir {helpers} konunca {function} her çağrıda doğru sonuç veriyor. Önce şunu düzelt: "
            "{helpers}.",
        ),
    ),
    "fed_too": General(
        Text(en="Fed by a wrong function", tr="Yanlış bir fonksiyonu kullanıyor"),
        Text(en="It is fed by {helpers}, which is wrong, too", tr="Kullandığı fonksiyon da yanlış: {helpers}"),
        Text(
            en="What is said here of {function} was found with a right {helpers} in its place.",
            tr="Burada {function} için söylenenler, yerine doğru bir {helpers} konarak bulundu.",
        ),
    ),
    "modifies": General(
        Text(en="Changes its arguments", tr="Argümanlarını değiştiriyor"),
        Text(en="It changes its arguments: {arguments}", tr="Kendi argümanlarını değiştiriyor: {arguments}"),
        Text(
            en="Whoever calls it still needs them: a second call with the same array gives something else. Work on a "
            "copy.",
            tr="Onu çağıranın bunlara hâlâ ihtiyacı var: aynı diziyle ikinci çağrı başka sonuç verir. Bir kopya "
            "üzerinde çalış.",
        ),
    ),
    "prints": General(
        Text(en="Prints very much", tr="Çok fazla yazdırıyor"),
        Text(en="It prints {count} characters in one call", tr="Tek çağrıda {count} karakter yazdırıyor"),
        Text(
            en="That takes time and hides what matters. Remove the print that you no longer need.",
            tr="Bu hem zaman alıyor hem önemli olanı gizliyor. Artık gerekmeyen print satırlarını kaldır.",
        ),
    ),
    "unknown": General(
        Text(en="Wrong values, no known mistake", tr="Değerler yanlış, nedeni bilinmiyor"),
        Text(en="{part} has wrong values", tr="{part} yanlış değerler içeriyor"),
        Text(
            en="No mistake that is known here explains them. The smallest call that fails shows where to begin: work "
            "it out by hand.",
            tr="Bilinen yanlışların hiçbiri bunları açıklamıyor. Yanlış sonuç veren en küçük çağrı nereden "
            "başlayacağını gösteriyor: onu elle hesapla.",
        ),
    ),
}
"""What is no mistake of a single function."""

ASPECTS = {
    "course": Text(en="the course's example", tr="dersin örneği"),
    "plain": Text(en="the plainest call", tr="en sade çağrı"),
    "batch": Text(en="several examples", tr="birden çok örnek"),
    "channels": Text(en="several channels", tr="birden çok kanal"),
    "filters": Text(en="several filters", tr="birden çok süzgeç"),
    "rectangle": Text(en="height and width that differ", tr="farklı yükseklik ve genişlik"),
    "stride": Text(en="a stride above 1", tr="1'den büyük adım"),
    "pad": Text(en="a padding", tr="dolgu"),
    "no_pad": Text(en="a padding of 0", tr="dolgu olmadan"),
    "window": Text(en="a larger window", tr="daha büyük pencere"),
    "apart": Text(en="windows that do not overlap", tr="örtüşmeyen pencereler"),
    "overlap": Text(en="windows that overlap", tr="örtüşen pencereler"),
    "average": Text(en="the average", tr="ortalama"),
    "negative": Text(en="negative numbers", tr="negatif sayılar"),
    "ties": Text(en="ties", tr="eşit en büyük değerler"),
    "together": Text(en="all of it together", tr="hepsi birlikte"),
    "float32": Text(en="float32", tr="float32"),
    "view": Text(en="arrays that are not contiguous", tr="bellekte bitişik olmayan diziler"),
    "intact": Text(en="arguments left as they were", tr="argümanların olduğu gibi kalması"),
}
"""What a call puts to the test."""

_PASSED = Text(en="{function}: right, {points} of {of} points", tr="{function}: doğru, {of} üzerinden {points} puan")
_FAILED = Text(
    en="{function}: not yet, {points} of {of} points", tr="{function}: henüz değil, {of} üzerinden {points} puan"
)
_WAITING = Text(en="still to be written: {functions}", tr="henüz yazılmayanlar: {functions}")
_RIGHT = Text(en="right with: {aspects}", tr="doğru olanlar: {aspects}")
_WRONG = Text(en="wrong with: {aspects}", tr="yanlış olanlar: {aspects}")
_PERHAPS = Text(en="Perhaps: {title}", tr="Belki: {title}")
_HINT = Text(en="Hint: {hint}", tr="İpucu: {hint}")
_LOOK = Text(en="Look at:", tr="Bak:")
_LINE = Text(en="line {number}", tr="{number}. satır")
_CELL_LINE = Text(en="cell {cell}, line {number}", tr="{cell}. hücre, {number}. satır")
_EXAMPLE = Text(en="The smallest call that fails:", tr="Yanlış sonuç veren en küçük çağrı:")
_ENTRY = Text(
    en="{entry}: expected {expected}, yours {received}", tr="{entry}: beklenen {expected}, seninki {received}"
)
_WINDOW = Text(en="It comes from:", tr="Nereden geliyor:")

WIDTH = 96


class Said(NamedTuple):
    """A finding in words: a title, sentences that explain it, a hint."""

    title: str
    sentences: str
    hint: str


def say(finding: Finding, language: Language, function: str) -> Said:
    """Return a finding in words.

    Examples
    --------
    >>> say(Finding("missing"), "tr", "zero_pad").title
    'zero_pad tanımlanmamış'
    """
    values = {"function": function, **finding.values}
    if finding.key in GENERAL:
        general = GENERAL[finding.key]
        return Said(general.title.into(language, **values), general.advice.into(language, **values), "")
    mistake = MISTAKES[finding.key]
    title = mistake.title.into(language)
    title = title if finding.sure else _PERHAPS.into(language, title=title)
    return Said(title, mistake.explanation.into(language), mistake.hint.into(language))


def tell(verdict: Verdict, language: Language) -> str:
    """Return a verdict as text for a terminal.

    Examples
    --------
    >>> print(tell(Verdict("zero_pad", 8, 8, {"plain": True, "pad": True}), "en"))
    zero_pad: right, 8 of 8 points
    """
    blocks = [_head(verdict, language)]
    if not verdict.passed and any(verdict.aspects.values()):
        blocks[0] += "".join(f"\n{_filled(line, '  ')}" for line in _aspects(verdict, language))
    for n, finding in enumerate(verdict.findings, start=1):
        said = say(finding, language, verdict.exercise)
        mark = f"{n}. " if len(verdict.findings) > 1 else ""
        body = [said.sentences, _HINT.into(language, hint=said.hint) if said.hint else ""]
        blocks.append("\n".join([_filled(mark + said.title, "  "), *(_filled(text, "     ") for text in body if text)]))
        if finding.lines:
            blocks[-1] += f"\n     {_LOOK.into(language)}"
            blocks[-1] += "".join(f"\n       {place}: {text}" for place, text in _places(finding.lines, language))
    if verdict.example is not None:
        e = verdict.example
        blocks.append(f"  {_EXAMPLE.into(language)}\n{textwrap.indent(e.call, '     ')}")
        blocks.append(textwrap.indent(_ENTRY.into(language, **e._asdict()), "  "))
        if e.window:
            blocks.append(f"  {_WINDOW.into(language)}\n{textwrap.indent(e.window, '     ')}")
    return "\n\n".join(blocks)


def tell_all(verdicts: Iterable[Verdict], language: Language) -> str:
    """Return verdicts as text for a terminal; functions that are still to be written share a line at the end.

    Examples
    --------
    >>> verdicts = [Verdict(name, 0, 8, {}, (Finding("unwritten"),)) for name in ("zero_pad", "pool_forward")]
    >>> print(tell_all(verdicts, "en"))
    still to be written: zero_pad, pool_forward
    """
    every = list(verdicts)
    waiting = [v.exercise for v in every if [finding.key for finding in v.findings] == ["unwritten"]]
    told = [tell(verdict, language) for verdict in every if verdict.exercise not in waiting]
    if waiting:
        told.append(_WAITING.into(language, functions=", ".join(waiting)))
    return "\n\n".join(told)


def markdown(verdict: Verdict, language: Language) -> str:
    """Return a verdict as a section of Markdown, all that comes from a learner in code marks.

    Examples
    --------
    >>> print(markdown(Verdict("zero_pad", 8, 8, {"plain": True, "pad": True}), "tr"))
    ### zero_pad: doğru, 8 üzerinden 8 puan
    """
    blocks = [f"### {_head(verdict, language)}"]
    if not verdict.passed and any(verdict.aspects.values()):
        blocks.append("\n".join(f"- {line}" for line in _aspects(verdict, language)))
    for finding in verdict.findings:
        said = say(
            finding._replace(values={k: _quoted(v) for k, v in finding.values.items()}), language, verdict.exercise
        )
        blocks += [f"**{said.title}**", said.sentences]
        if said.hint:
            blocks.append(f"*{_HINT.into(language, hint=said.hint)}*")
        if finding.lines:
            places = ((place.replace(".", "\\."), text) for place, text in _places(finding.lines, language))
            items = (f"- {place}: {_quoted(text)}" for place, text in places)  # "9. satır" would begin a numbered list
            blocks.append("\n".join([_LOOK.into(language), "", *items]))
    if verdict.example is not None:
        e = verdict.example
        blocks += [_EXAMPLE.into(language), _fenced(e.call)]
        blocks.append(_fenced(_ENTRY.into(language, **e._asdict())))
        if e.window:
            blocks += [_WINDOW.into(language), _fenced(e.window)]
    return "\n\n".join(blocks)


def _head(verdict: Verdict, language: Language) -> str:
    text = _PASSED if verdict.passed else _FAILED
    points = number(verdict.points, language)
    return text.into(language, function=verdict.exercise, points=points, of=verdict.of)


def _aspects(verdict: Verdict, language: Language) -> Iterator[str]:
    for heading, wanted in ((_RIGHT, True), (_WRONG, False)):
        names = [ASPECTS[name].into(language) for name, right in verdict.aspects.items() if right is wanted]
        if names:
            yield heading.into(language, aspects=", ".join(names))


def _places(lines: Iterable[Line], language: Language) -> Iterator[tuple[str, str]]:
    for line in lines:
        yield (_CELL_LINE if line.cell else _LINE).into(language, number=line.number, cell=line.cell), line.text.strip()


def _filled(text: str, indent: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def _quoted(value: object) -> str:
    """Return a value in code marks, longer than any that are in it."""
    text = " ".join(str(value).split())
    marks = "`" * (1 + max((len(run) for run in _runs(text, "`")), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{marks}{pad}{text}{pad}{marks}" if text else ""


def _fenced(text: str) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in _runs(text, "`")), default=0))
    return f"{fence}text\n{text}\n{fence}"


def _runs(text: str, mark: str) -> list[str]:
    """Return the unbroken runs of a mark in a text.

    Examples
    --------
    >>> _runs("a``b`c", "`")
    ['``', '`']
    """
    return ["".join(run) for run in "".join(c if c == mark else " " for c in text).split()]
