"""What learners get wrong in `distribute_value`, the most common first."""

# ruff: noqa: ARG005 - a piece is handed all that its replacements may need

from __future__ import annotations

import numpy as np

from adim.learn.languages import Text
from adim.learn.mistakes.record import Mistake

RECORDS = (
    Mistake(
        key="distribute_value/ignores_dz",
        title=Text(en="dz is not used", tr="dz kullanılmıyor"),
        explanation=Text(
            en="Every entry is 1 / (n_H n_W), whatever dz is: 1 is distributed, not dz.",
            tr="dz ne olursa olsun her öğe 1 / (n_H n_W) çıkıyor: dz değil, 1 dağıtılıyor.",
        ),
        hint=Text(
            en="Call the function with dz = 1 and with dz = 10. What should the second be, beside the first?",
            tr="Fonksiyonu dz = 1 ve dz = 10 ile çağır. İkinci sonuç birinciye göre ne olmalı?",
        ),
        look="product",
        ways=({"amount": lambda dz: 1.0},),
    ),
    Mistake(
        key="distribute_value/undivided",
        title=Text(en="Every entry gets the whole of dz", tr="Her öğe dz'nin bütününü alıyor"),
        explanation=Text(
            en="dz is copied to every entry and not divided among them. The entries must add up to dz.",
            tr="dz öğeler arasında bölüştürülmüyor, her birine kopyalanıyor. Oysa öğelerin toplamı dz olmalı.",
        ),
        hint=Text(
            en="Sum up the array that you return. How much went in, and how much came out?",
            tr="Döndürdüğün dizinin öğelerini topla. İçeri ne kadar girdi, dışarı ne kadar çıktı?",
        ),
        look="product",
        ways=({"divide": lambda dz, n_H, n_W: dz},),
    ),
    Mistake(
        key="distribute_value/sum_of_sides",
        title=Text(en="Divided by the sum of the sides", tr="Kenarların toplamına bölünüyor"),
        explanation=Text(
            en="dz is divided by n_H + n_W. A window of 2 rows and 2 columns happens to have as many entries as that; "
            "no other has.",
            tr="dz, n_H + n_W'ye bölünüyor. 2 satırlı, 2 sütunlu bir pencerenin öğe sayısı rastlantıyla buna eşittir; "
            "başka pencerelerinki değildir.",
        ),
        hint=Text(
            en="How many entries has a window of 2 rows and 3 columns? Count them in a drawing.",
            tr="2 satırlı, 3 sütunlu bir pencerenin kaç öğesi vardır? Bir çizimde say.",
        ),
        look="product",
        ways=({"divide": lambda dz, n_H, n_W: dz / (n_H + n_W)},),
    ),
    Mistake(
        key="distribute_value/one_side",
        title=Text(en="Divided by one side only", tr="Yalnızca bir kenara bölünüyor"),
        explanation=Text(
            en="dz is divided by the number of rows or of columns, not by the number of entries.",
            tr="dz, öğe sayısına değil, yalnızca satır sayısına ya da sütun sayısına bölünüyor.",
        ),
        hint=Text(
            en="Sum up the array that you return for a window of 2 rows and 3 columns. It should be dz.",
            tr="2 satırlı, 3 sütunlu bir pencere için döndürdüğün dizinin öğelerini topla. Sonuç dz olmalı.",
        ),
        look="product",
        ways=(
            {"divide": lambda dz, n_H, n_W: dz / n_H},
            {"divide": lambda dz, n_H, n_W: dz / n_W},
        ),
    ),
    Mistake(
        key="distribute_value/divided_and_multiplied",
        title=Text(en="Divided by one side, multiplied by the other", tr="Bir kenara bölünüp ötekiyle çarpılıyor"),
        explanation=Text(
            en="dz is divided by one of the two numbers, and what comes of that is multiplied by the other. The "
            "entries do not add up to dz.",
            tr="dz iki sayıdan birine bölünüyor, çıkan sonuç da ötekiyle çarpılıyor. Öğelerin toplamı dz etmiyor.",
        ),
        hint=Text(
            en="Python computes / and * from left to right. Work out 12 / 2 * 3 on paper, then let Python do it.",
            tr="Python / ve * işlemlerini soldan sağa yapar. 12 / 2 * 3 işlemini önce kâğıtta, sonra Python'la yap.",
        ),
        look="product",
        ways=(
            {"divide": lambda dz, n_H, n_W: dz / n_H * n_W},
            {"divide": lambda dz, n_H, n_W: dz / n_W * n_H},
        ),
    ),
    Mistake(
        key="distribute_value/square",
        title=Text(en="The window is taken for a square", tr="Pencere kare sanılıyor"),
        explanation=Text(
            en="One side is used for both, in the division or in the shape of the result. It is right only for as many "
            "rows as columns.",
            tr="Bölmede ya da sonucun biçiminde bir kenar ikisinin yerine kullanılıyor. Sonuç yalnızca satır ve sütun "
            "sayısı eşitse doğru.",
        ),
        hint=Text(
            en="Try a shape of 2 rows and 3 columns. Where do both numbers go?",
            tr="2 satırlı, 3 sütunlu bir biçim dene. İki sayı nerelerde kullanılıyor?",
        ),
        look="product",
        ways=(
            {"divide": lambda dz, n_H, n_W: dz / n_H**2},
            {"divide": lambda dz, n_H, n_W: dz / n_W**2},
            {"fill": lambda share, n_H, n_W: np.full((n_H, n_H), share)},
            {"fill": lambda share, n_H, n_W: np.full((n_W, n_W), share)},
        ),
    ),
    Mistake(
        key="distribute_value/scalar",
        title=Text(en="A number is returned, not an array", tr="Dizi değil, bir sayı döndürülüyor"),
        explanation=Text(
            en="The share of one entry is right, but it is returned once, not for every entry of the window.",
            tr="Bir öğenin payı doğru, ama pencerenin her öğesi için değil, bir kez döndürülüyor.",
        ),
        hint=Text(
            en="Print the shape of what you return. Which of the two arguments says what shape it should have?",
            tr="Döndürdüğün değerin biçimini (shape) yazdır. Biçimin ne olması gerektiğini hangi argüman söylüyor?",
        ),
        look="return",
        ways=({"fill": lambda share, n_H, n_W: share},),
    ),
    Mistake(
        key="distribute_value/transposed",
        title=Text(en="Rows and columns are exchanged", tr="Satırlar ile sütunlar yer değiştirmiş"),
        explanation=Text(
            en="The numbers are right, but the array has n_W rows and n_H columns.",
            tr="Sayılar doğru, ama dizinin n_W satırı ve n_H sütunu var.",
        ),
        hint=Text(
            en="Try a shape of 2 rows and 3 columns, and print the shape of the result.",
            tr="2 satırlı, 3 sütunlu bir biçim dene ve sonucun biçimini (shape) yazdır.",
        ),
        look="return",
        ways=({"fill": lambda share, n_H, n_W: np.full((n_W, n_H), share)},),
    ),
    Mistake(
        key="distribute_value/floored",
        title=Text(en="The division drops the fraction", tr="Bölme kesirli kısmı atıyor"),
        explanation=Text(
            en="The share is cut to a whole number, by // or by an array of integers. Small gradients become 0 or -1.",
            tr="Pay, // ya da tam sayı dizisi yüzünden tam sayıya kırpılıyor. Küçük gradyanlar 0'a ya da -1'e "
            "dönüşüyor.",
        ),
        hint=Text(
            en="Distribute 2 over 2 rows and 2 columns. What must each entry be, and what does your division give?",
            tr="2'yi 2 satır ve 2 sütuna dağıt. Her öğe ne olmalı, senin bölmen ne veriyor?",
        ),
        look="product",
        ways=(
            {"divide": lambda dz, n_H, n_W: dz // (n_H * n_W)},
            {"divide": lambda dz, n_H, n_W: np.trunc(dz / (n_H * n_W))},
        ),
    ),
    Mistake(
        key="distribute_value/multiplied",
        title=Text(en="Multiplied where it should be divided", tr="Bölmek yerine çarpılıyor"),
        explanation=Text(
            en="dz is multiplied by the number of entries, so that the larger the window, the larger each share.",
            tr="dz öğe sayısıyla çarpılıyor; pencere büyüdükçe her öğenin payı da büyüyor.",
        ),
        hint=Text(
            en="When more entries share the same dz, does each get more or less?",
            tr="Aynı dz'yi daha çok öğe paylaşırsa her birine daha çok mu düşer, daha az mı?",
        ),
        look="product",
        ways=({"divide": lambda dz, n_H, n_W: dz * (n_H * n_W)},),
    ),
    Mistake(
        key="distribute_value/flat",
        title=Text(en="The result has one axis only", tr="Sonucun yalnızca bir ekseni var"),
        explanation=Text(
            en="The shares are right and there are enough of them, but they stand in one row, not in n_H rows and n_W "
            "columns.",
            tr="Paylar doğru, sayıları da yeterli; ama n_H satır ve n_W sütunda değil, tek bir sırada duruyorlar.",
        ),
        hint=Text(
            en="Print the shape of what you return, and compare it with the argument shape.",
            tr="Döndürdüğün değerin biçimini yazdır ve shape argümanıyla karşılaştır.",
        ),
        look="return",
        ways=({"fill": lambda share, n_H, n_W: np.full(n_H * n_W, share)},),
    ),
)
