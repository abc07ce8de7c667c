"""What the pictures say, in English and in Turkish.

Code names an English text, and this table has the Turkish one. The course's own names (``vert_start``, ``dA_prev``) are
code, and so are the numbers in the cells of its arrays: they stay as they are in both.
"""

from __future__ import annotations

from string import Formatter
from typing import Any

_TURKISH = {
    " · the first {} and {}": " · ilk {} satır ve {} sütun",
    " · the surest mistakes come first": " · en emin olduğu yanlışlar başta",
    ", {} of them here": ", {} tanesi burada",
    "; orange is no number": "; turuncu: sayı değil",
    "No epoch was finished: there is nothing to draw yet": "Hiçbir tur bitmedi: henüz çizilecek bir şey yok",
    "No mistakes in {}": "{}de hiç yanlış yok",
    "The first {} of {}": "{1}nün ilk {0} tanesi",
    "There are no feature maps": "Hiç öznitelik haritası yok",
    "There are no filters": "Hiç süzgeç yok",
    "There are no images": "Hiç görüntü yok",
    "a row for each filter, a column for each of its channels": "her satır bir süzgeç, her sütun onun bir kanalı",
    "all windows": "bütün pencereler",
    "best validation {:.4g} in epoch {}": "en iyi doğrulama {:.4g} ({}. tur)",
    "best {:.4g} in epoch {}": "en iyi {:.4g} ({}. tur)",
    "channel {}": "kanal {}",
    "dots: the upper left corners of all windows; dashed: the first window":
        "noktalar: pencerelerin sol üst köşeleri; kesik çizgi: ilk pencere",
    "dots: the upper left corners of the other windows": "noktalar: öteki pencerelerin sol üst köşeleri",
    "each entry of dA goes whole to the largest entry of its window, or to all equal ones":
        "dA'nın her değeri, penceresinin en büyük değerine olduğu gibi geçer (eşitlerin hepsine)",
    "each entry of dA is shared out evenly over its window: {} / {} to each cell":
        "dA'nın her değeri penceresine eşit paylaştırılır: hücre başına {} / {}",
    "epoch": "tur",
    "equal letters: the same window": "aynı harf: aynı pencere",
    "feature map": "öznitelik haritası",
    "filter": "süzgeç",
    "hatched: the frame that is cut off again at the end": "taralı: sonunda kesilip atılan çerçeve",
    "hatched: the frame of zeros": "taralı: sıfırlardan oluşan çerçeve",
    "image": "görüntü",
    "log scale": "log ölçek",
    "mistake": "yanlış",
    "numbers: examples": "sayılar: örnek sayısı",
    "output": "çıktı",
    "predicted class": "tahmin edilen sınıf",
    "shade: share of the true class": "koyuluk: gerçek sınıf içindeki pay",
    "sum": "toplam",
    "the darker a cell, the more windows it lies in": "hücre ne kadar koyuysa o kadar çok pencerenin içindedir",
    "the first {}": "ilk {} tanesi",
    "this window": "bu pencere",
    "training": "eğitim",
    "true class": "gerçek sınıf",
    "validation": "doğrulama",
    "what it is → what the model takes it for": "gerçek sınıf → modelin tahmini",
    "where windows overlap, what they send adds up": "pencereler örtüştüğünde gelenler toplanır",
    "{:,} of {:,} right, accuracy {:.3f}": "{1:,} örneğin {0:,} tanesi doğru, doğruluk {2:.3f}",
    "{} in {}": "{1}de {0}",
    "{} of {}x{}": "{1}x{2} boyutunda {0}",
    "{} of {}x{}x{}": "{1}x{2}x{3} boyutunda {0}",
    "{}: no number in {} of {} epochs, first in {}": "{}: {}/{} turda sayı yok, ilki {}. tur",
}  # fmt: skip

_MEASURES = {
    "acc": "doğruluk",
    "accuracy": "doğruluk",
    "binary_accuracy": "ikili doğruluk",
    "categorical_accuracy": "kategorik doğruluk",
    "learning_rate": "öğrenme oranı",
    "loss": "kayıp",
    "mean_squared_error": "ortalama karesel hata",
    "mse": "ortalama karesel hata",
    "sparse_categorical_accuracy": "seyrek kategorik doğruluk",
    "sparse_top_k_categorical_accuracy": "seyrek kategorik ilk k doğruluğu",
    "top_k_categorical_accuracy": "kategorik ilk k doğruluğu",
}

_COMMA_FOR_POINT = str.maketrans(".,", ",.")


class English(Formatter):
    """English words and numbers: what the code has, and Python prints."""

    def __call__(self, text: str, *values: object) -> str:
        """Return a text with its braces filled."""
        return self.format(text, *values)

    def count(self, number: int, noun: str) -> str:
        """Return so many of something, in words that fit: ``1 image``, ``1,200 images``."""
        return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

    def measure(self, name: str) -> str:
        """Return the name of what a `History` holds, as people write it."""
        return name.replace("_", " ")

    def number(self, printed: str) -> str:
        """Return a number that Python printed, as this language writes it."""
        return printed


class Turkish(English):
    """Turkish words and numbers: ``1.200``, ``0,5`` and ``%80``."""

    def __call__(self, text: str, *values: object) -> str:
        """Return the Turkish of a text, with its braces filled."""
        return self.format(_TURKISH[text], *values)

    def count(self, number: int, noun: str) -> str:
        """Return so many of something: a noun that is counted has no plural."""
        return f"{self.number(f'{number:,}')} {_TURKISH[noun]}"

    def measure(self, name: str) -> str:
        """Return the Turkish name where there is one."""
        return _MEASURES.get(name) or super().measure(name)

    def number(self, printed: str) -> str:
        """Return a number with point and comma exchanged, and its percent sign in front."""
        printed = printed.translate(_COMMA_FOR_POINT)
        return f"%{printed[:-1]}" if printed.endswith("%") else printed

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write the numbers that fill a text's braces in the same way."""
        text = format(value, format_spec)
        return text if isinstance(value, str) else self.number(text)


def words(lang: str) -> English:
    """Return what says a text of this room in that language.

    Examples
    --------
    >>> words("en")("channel {}", 3), words("tr")("channel {}", 3)
    ('channel 3', 'kanal 3')
    >>> words("en").count(1200, "image"), words("tr").count(1200, "image")
    ('1,200 images', '1.200 görüntü')
    """
    if lang == "en":
        return English()
    if lang == "tr":
        return Turkish()
    raise ValueError(f'lang must be "en" or "tr"; got {lang!r}')
