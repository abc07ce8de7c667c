"""What the lessons' pictures say, in English and in Turkish.

Code names an English text, and this table has the Turkish one. The course's own names (``vert_start``, ``dA_prev``) are
code, and stay as they are in both.
"""

from __future__ import annotations

from collections.abc import Callable

_TURKISH = {
    "all windows": "bütün pencereler",
    "channel {}": "kanal {}",
    "dots: the upper left corners of all windows; dashed: the first window":
        "noktalar: pencerelerin sol üst köşeleri; kesik çizgi: ilk pencere",
    "dots: the upper left corners of the other windows": "noktalar: öteki pencerelerin sol üst köşeleri",
    "each entry of dA goes whole to the largest entry of its window, or to all equal ones":
        "dA'nın her değeri, penceresinin en büyük değerine olduğu gibi geçer (eşitlerin hepsine)",
    "each entry of dA is shared out evenly over its window: {0} / {1} to each cell":
        "dA'nın her değeri penceresine eşit paylaştırılır: hücre başına {0} / {1}",
    "equal letters: the same window": "aynı harf: aynı pencere",
    "hatched: the frame that is cut off again at the end": "taralı: sonunda kesilip atılan çerçeve",
    "hatched: the frame of zeros": "taralı: sıfırlardan oluşan çerçeve",
    "output": "çıktı",
    "sum": "toplam",
    "the darker a cell, the more windows it lies in": "hücre ne kadar koyuysa o kadar çok pencerenin içindedir",
    "this window": "bu pencere",
    "where windows overlap, what they send adds up": "pencereler örtüştüğünde gelenler toplanır",
}  # fmt: skip


def words(lang: str) -> Callable[[str], str]:
    """Return what turns a text of this room into that language.

    Examples
    --------
    >>> words("en")("sum"), words("tr")("sum")
    ('sum', 'toplam')
    """
    if lang == "en":
        return str
    if lang == "tr":
        return _TURKISH.__getitem__
    raise ValueError(f'lang must be "en" or "tr"; got {lang!r}')
