"""What learners get wrong in `create_mask_from_window`, the most common first."""

from __future__ import annotations

from typing import Any

import numpy as np

from adim.learn.languages import Text
from adim.learn.mistakes.forms import Array
from adim.learn.mistakes.record import Mistake


def _only(x: Array, index: Any) -> Array:
    """Return a mask that is True at one place, counted through the rows."""
    return np.asarray((np.arange(x.size) == index).reshape(x.shape))


RECORDS = (
    Mistake(
        key="create_mask_from_window/argmax",
        title=Text(
            en="Only one of several maxima is marked", tr="Birden çok en büyük değerden yalnızca biri işaretleniyor"
        ),
        explanation=Text(
            en="argmax finds one place, the first. Where several entries share the maximum, the others stay False; and "
            "an index is not yet a mask.",
            tr="argmax tek bir yer bulur, ilkini. En büyük değer birkaç öğede birden bulunuyorsa ötekiler False "
            "kalıyor; ayrıca bir indis henüz maske değildir.",
        ),
        hint=Text(
            en="Try the window [[3, 1], [3, 2]]. How many entries are as large as the largest, and how many do you "
            "mark?",
            tr="[[3, 1], [3, 2]] penceresini dene. En büyük değere eşit kaç öğe var, sen kaçını işaretliyorsun?",
        ),
        look="mask",
        ways=(
            {"mask": lambda x: _only(x, np.argmax(x))},
            {"mask": lambda x: _only(x, x.size - 1 - np.argmax(x.ravel()[::-1]))},
            {"mask": np.argmax},
        ),
    ),
    Mistake(
        key="create_mask_from_window/maximum",
        title=Text(
            en="The maximum is returned, not where it is", tr="En büyük değerin yeri değil, kendisi döndürülüyor"
        ),
        explanation=Text(
            en="What is returned holds the maximum itself, as a number or in its place among zeros. A mask only says "
            "where: True or False for each entry.",
            tr="Döndürülen şey en büyük değerin kendisini tutuyor: tek bir sayı olarak ya da sıfırların arasında kendi "
            "yerinde. Maske ise yalnızca nerede olduğunu söyler: her öğe için True ya da False.",
        ),
        hint=Text(
            en="What does a comparison of an array with a number give in NumPy? Print one, and its dtype.",
            tr="NumPy'de bir dizi bir sayıyla karşılaştırılınca ne çıkar? Birini ve dtype'ını yazdır.",
        ),
        look="mask",
        ways=(
            {"mask": np.max},
            {"mask": lambda x: np.where(x == np.max(x), x, 0)},
        ),
    ),
    Mistake(
        key="create_mask_from_window/numbers",
        title=Text(en="The mask holds numbers", tr="Maske sayılardan oluşuyor"),
        explanation=Text(
            en="The right entries are marked, but with 1 and 0 and not with True and False.",
            tr="Doğru öğeler işaretleniyor, ama True ve False ile değil, 1 ve 0 ile.",
        ),
        hint=Text(
            en="Print the dtype of your mask. Which step makes numbers of it, and is it needed?",
            tr="Maskenin dtype'ını yazdır. Hangi adım onu sayılara çeviriyor, bu adım gerekli mi?",
        ),
        look="mask",
        ways=({"finish": lambda mask: mask * 1.0},),
    ),
    Mistake(
        key="create_mask_from_window/minimum",
        title=Text(en="The smallest entry is marked", tr="En küçük öğe işaretleniyor"),
        explanation=Text(
            en="The mask is True where the window is smallest. Max pooling lets the largest entry win.",
            tr="Maske, pencerenin en küçük olduğu yerde True. Maksimum havuzlamada ise en büyük öğe kazanır.",
        ),
        hint=Text(
            en="Which entry of the window did pool_forward pass on? The gradient goes back to that one.",
            tr="pool_forward pencerenin hangi öğesini ileri aktardı? Gradyan da o öğeye geri döner.",
        ),
        look="mask",
        ways=({"mask": lambda x: x == np.min(x)},),
    ),
    Mistake(
        key="create_mask_from_window/by_row",
        title=Text(
            en="Each row or column has its own maximum", tr="Her satırın ya da sütunun kendi en büyüğü alınıyor"
        ),
        explanation=Text(
            en="The maximum is sought along one axis, so that one entry in each row or column is marked. The window "
            "has one maximum as a whole.",
            tr="En büyük değer tek bir eksen boyunca aranıyor; bu yüzden her satırda ya da her sütunda bir öğe "
            "işaretleniyor. Oysa pencerenin bütünü için tek bir en büyük değer vardır.",
        ),
        hint=Text(
            en="Print the maximum that you compare with. Is it one number?",
            tr="Karşılaştırmada kullandığın en büyük değeri yazdır. Tek bir sayı mı?",
        ),
        look="mask",
        ways=(
            {"mask": lambda x: x == x.max(axis=-1, keepdims=True)},
            {"mask": lambda x: x == x.max(axis=0)},
        ),
    ),
    Mistake(
        key="create_mask_from_window/inverted",
        title=Text(en="The mask is inverted", tr="Maske ters"),
        explanation=Text(
            en="The mask is True for every entry except the maximum.",
            tr="Maske, en büyük değer dışındaki bütün öğelerde True.",
        ),
        hint=Text(
            en="Say in words what True shall mean in your mask, and then read your comparison aloud.",
            tr="Maskende True'nun ne anlama geleceğini sözle söyle, sonra karşılaştırmanı sesli oku.",
        ),
        look="mask",
        ways=({"mask": lambda x: x != np.max(x)},),
    ),
    Mistake(
        key="create_mask_from_window/absolute",
        title=Text(en="The sign is dropped before comparing", tr="Karşılaştırmadan önce işaret atılıyor"),
        explanation=Text(
            en="The entry farthest from zero is marked, or those equal to the largest absolute value. A large negative "
            "number is still smaller than a positive one.",
            tr="Sıfırdan en uzak öğe ya da en büyük mutlak değere eşit olanlar işaretleniyor. Oysa büyük bir negatif "
            "sayı, pozitif bir sayıdan yine de küçüktür.",
        ),
        hint=Text(
            en="Try the window [[-5, 1], [2, 0]]. Which number did max pooling choose?",
            tr="[[-5, 1], [2, 0]] penceresini dene. Maksimum havuzlama hangi sayıyı seçti?",
        ),
        look="mask",
        ways=(
            {"mask": lambda x: np.abs(x) == np.max(np.abs(x))},
            {"mask": lambda x: x == np.max(np.abs(x))},
        ),
    ),
    Mistake(
        key="create_mask_from_window/never_true",
        title=Text(en="Nothing is marked", tr="Hiçbir şey işaretlenmiyor"),
        explanation=Text(
            en="The mask is False everywhere: no entry is larger than the largest.",
            tr="Maske her yerde False: hiçbir öğe en büyük öğeden daha büyük değildir.",
        ),
        hint=Text(
            en="How does the largest entry compare with the maximum: is it larger, smaller or neither?",
            tr="En büyük öğe, en büyük değerle karşılaştırıldığında nedir: daha büyük mü, daha küçük mü, hiçbiri mi?",
        ),
        look="mask",
        ways=({"mask": lambda x: x > np.max(x)},),
    ),
)
