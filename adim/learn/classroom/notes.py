"""What is to be said about a submission itself, beside its functions: that it is empty, broken, one of several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from adim.learn.languages import Language, Text

NOTES = {
    "nothing": Text(
        en="There is no .py or .ipynb file in the folder.",
        tr="Klasörde .py ya da .ipynb dosyası yok.",
    ),
    "empty": Text(en="{file} is empty.", tr="{file} boş."),
    "large": Text(
        en="{file} is larger than {limit} MB, too large to be read.",
        tr="{file} {limit} MB'tan büyük; bu kadar büyük bir dosya okunmaz.",
    ),
    "no file": Text(
        en="{file} is not a file but a folder, a device or a pipe.",
        tr="{file} bir dosya değil; klasör, aygıt ya da boru.",
    ),
    "link": Text(
        en="{file} is a link that leads out of the folder of submissions, or nowhere. It was not followed.",
        tr="{file}, ödev klasörünün dışına ya da olmayan bir yere giden bir bağlantı. İzlenmedi.",
    ),
    "unreadable": Text(en="{file} cannot be read: {reason}.", tr="{file} okunamıyor: {reason}."),
    "no text": Text(
        en="{file} is not text in UTF-8, nor in an encoding that it declares.",
        tr="{file} UTF-8 ile ya da kendi bildirdiği kodlamayla yazılmış bir metin değil.",
    ),
    "no notebook": Text(
        en="{file} is not a notebook: it is damaged, or another kind of file with this ending.",
        tr="{file} bir Jupyter defteri değil: bozulmuş, ya da bu uzantıyı taşıyan başka türden bir dosya.",
    ),
    "one of several": Text(
        en="{count} files were handed in. For each function the newest in which it is written counts: {taken}.",
        tr="{count} dosya teslim edildi. Her fonksiyon için, onun yazıldığı en yeni dosya sayılır: {taken}.",
    ),
    "many": Text(
        en="There are more than {limit} files; the others were not looked at.",
        tr="{limit} dosyadan fazlası var; kalanlara bakılmadı.",
    ),
    "undefined": Text(
        en="None of the eight functions is defined in {file}.",
        tr="{file} içinde sekiz fonksiyonun hiçbiri tanımlanmamış.",
    ),
    "failed": Text(
        en="Not graded yet: grading broke off with {error}. The next run tries again.",
        tr="Henüz değerlendirilmedi: Değerlendirme bir hatayla ({error}) kesildi. Sonraki çalıştırma yeniden dener.",
    ),
    "died": Text(
        en="Not graded yet: the process that graded it died. The next run tries again.",
        tr="Henüz değerlendirilmedi: Değerlendiren süreç çöktü. Bir sonraki çalıştırma yeniden dener.",
    ),
    "late": Text(
        en="Not graded yet: grading it took far too long. The next run tries again.",
        tr="Henüz değerlendirilmedi: Değerlendirmesi fazlasıyla uzun sürdü. Bir sonraki çalıştırma yeniden dener.",
    ),
}
"""Every note by its key."""

NOT_GRADED = {"failed", "died", "late"}
"""The notes on what went wrong with grading, not with the submission."""


class Note(NamedTuple):
    """One remark.

    Attributes
    ----------
    key : str
        A key of `NOTES`.
    values : dict of str to object
        What the message's braces stand for.
    """

    key: str
    values: Mapping[str, Any] = {}

    def into(self, language: Language) -> str:
        """Return the remark as a sentence.

        Examples
        --------
        >>> Note("empty", {"file": "ali.py"}).into("tr")
        'ali.py boş.'
        """
        return NOTES[self.key].into(language, **self.values)
