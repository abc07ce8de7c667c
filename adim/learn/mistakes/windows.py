"""The mistakes about where windows lie and which of them are visited, which several functions share.

Each is a function from a function's name to its record of the mistake.
"""

# ruff: noqa: ARG001, ARG005 - a piece is handed all that its replacements may need

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil

import numpy as np

from adim.learn.languages import Text
from adim.learn.mistakes.forms import Piece, Visit
from adim.learn.mistakes.record import Change, Mistake


def along_both(name: str, piece: Piece) -> tuple[Change, ...]:
    """Return the ways to get a piece of both axes wrong: in both, in the rows only, in the columns only."""
    rows, columns = {f"vert_{name}": piece}, {f"horiz_{name}": piece}
    return ({**rows, **columns}, rows, columns)


def no_stride(function: str) -> Mistake:
    """Return the record of windows that move by one, whatever the stride."""
    return Mistake(
        key=f"{function}/no_stride",
        title=Text(en="The window's corners forget the stride", tr="Pencerenin köşeleri adımı unutuyor"),
        explanation=Text(
            en="The window moves by one row or column at a time, whatever the stride. All is right for a stride of 1, "
            "and wrong for every larger one.",
            tr="Pencere, adım ne olursa olsun her seferinde bir satır ya da bir sütun ilerliyor. Adım 1 iken sonuç "
            "doğru, daha büyük her adımda yanlış.",
        ),
        hint=Text(
            en="Draw a row of 7 pixels and lay windows of width 3 on it with a stride of 2. In which column does the "
            "window number 1 begin, and in which the window number 2?",
            tr="7 piksellik bir satır çiz, üzerine genişliği 3 olan pencereleri 2 adımla yerleştir. 1 numaralı pencere "
            "hangi sütunda başlıyor, 2 numaralı pencere hangisinde?",
        ),
        look="corners",
        ways=along_both("start", lambda index, stride, f: index),
    )


def end_without_start(function: str) -> Mistake:
    """Return the record of windows that end at the index plus f."""
    return Mistake(
        key=f"{function}/end_without_start",
        title=Text(en="The window's end is not counted from its start", tr="Pencerenin sonu başlangıcından sayılmıyor"),
        explanation=Text(
            en="The window ends f after the index of the output, not f after its own start. With a stride larger than "
            "1 the windows become shorter and shorter, and at last empty.",
            tr="Pencere, kendi başlangıcından f sonra değil, çıktı indisinden f sonra bitiyor. Adım 1'den büyükse "
            "pencereler giderek kısalıyor, sonunda boş kalıyor.",
        ),
        hint=Text(
            en="Print the shape of every window that you cut, with a stride of 2. Are they all f rows high and f "
            "columns wide?",
            tr="Adım 2 iken kestiğin her pencerenin biçimini (shape) yazdır. Hepsi f satır yüksekliğinde ve f sütun "
            "genişliğinde mi?",
        ),
        look="corners",
        ways=along_both("end", lambda start, index, stride, f: index + f),
    )


def end_by_stride(function: str) -> Mistake:
    """Return the record of windows as wide as the stride."""
    return Mistake(
        key=f"{function}/end_by_stride",
        title=Text(en="The window is as wide as the stride", tr="Pencere adım kadar geniş"),
        explanation=Text(
            en="The window ends one stride after its start, so its width is the stride and not f. It shows wherever "
            "the two differ.",
            tr="Pencere başlangıcından bir adım sonra bitiyor; genişliği f değil, adım kadar oluyor. İkisinin farklı "
            "olduğu her durumda sonuç bozuluyor.",
        ),
        hint=Text(
            en="Which of the two hyperparameters says how far a window moves, and which how large it is? Try f = 3 "
            "with a stride of 1 on paper.",
            tr="Hiperparametrelerden hangisi pencerenin ne kadar ilerlediğini, hangisi ne kadar büyük olduğunu söyler? "
            "f = 3 ve adım 1 ile kâğıt üzerinde dene.",
        ),
        look="corners",
        ways=along_both("end", lambda start, index, stride, f: start + stride),
    )


def end_included(function: str) -> Mistake:
    """Return the record of windows that lack their last row and column."""
    return Mistake(
        key=f"{function}/end_included",
        title=Text(en="The window lacks its last row and column", tr="Pencerenin son satırı ve sütunu eksik"),
        explanation=Text(
            en="The window's end is taken for the last index inside it. Python's slices stop before their end, so "
            "every window is one row or column too small.",
            tr="Pencerenin sonu, içindeki son indis sanılmış. Python dilimleri bitiş indisinden önce durduğu için her "
            "pencere bir satır ya da sütun küçük kalıyor.",
        ),
        hint=Text(
            en="How many entries has x[2:5], and is x[5] one of them? Print the shape of one of your windows.",
            tr="x[2:5] kaç öğe içerir, x[5] bunlardan biri mi? Pencerelerinden birinin biçimini (shape) yazdır.",
        ),
        look="corners",
        ways=along_both("end", lambda start, index, stride, f: start + f - 1),
    )


def end_beyond(function: str) -> Mistake:
    """Return the record of windows that are one row and column too large."""
    return Mistake(
        key=f"{function}/end_beyond",
        title=Text(en="The window is one row and column too large", tr="Pencere bir satır ve bir sütun büyük"),
        explanation=Text(
            en="The window ends one row or column too far: its end counts the first index that is no longer inside, "
            "and needs nothing added.",
            tr="Pencere bir satır ya da bir sütun fazla uzanıyor: bitiş indisi zaten içeride olmayan ilk indistir, ona "
            "bir şey eklemek gerekmez.",
        ),
        hint=Text(
            en="How many entries has x[2:5], and is x[5] one of them? Print the shape of one of your windows.",
            tr="x[2:5] kaç öğe içerir, x[5] bunlardan biri mi? Pencerelerinden birinin biçimini (shape) yazdır.",
        ),
        look="corners",
        ways=along_both("end", lambda start, index, stride, f: start + f + 1),
    )


def start_by_f(function: str) -> Mistake:
    """Return the record of windows that stand side by side."""
    return Mistake(
        key=f"{function}/start_by_f",
        title=Text(en="The window moves by its own width", tr="Pencere kendi genişliği kadar ilerliyor"),
        explanation=Text(
            en="Each window starts f after the one before it, as if windows never overlapped. It is right only where "
            "the stride equals f.",
            tr="Her pencere, sanki pencereler hiç örtüşmezmiş gibi bir öncekinden f sonra başlıyor. Sonuç yalnızca "
            "adım f'ye eşitse doğru.",
        ),
        hint=Text(
            en="With f = 3 and a stride of 1, which columns do two neighbouring windows share?",
            tr="f = 3 ve adım 1 iken yan yana iki pencere hangi sütunları paylaşır?",
        ),
        look="corners",
        ways=along_both("start", lambda index, stride, f: index * f),
    )


def rounded(function: str) -> Mistake:
    """Return the record of an output size that is rounded, not floored."""
    return Mistake(
        key=f"{function}/rounded",
        title=Text(en="The output's size is rounded up", tr="Çıktının boyutu yukarı yuvarlanıyor"),
        explanation=Text(
            en="Where the stride does not divide evenly, the size of the output is rounded up or to the nearest. There "
            "is then one window too many, and it hangs over the edge.",
            tr="Adım tam bölmediğinde çıktının boyutu yukarıya ya da en yakın tam sayıya yuvarlanıyor. O zaman bir "
            "pencere fazla oluyor ve kenardan taşıyor.",
        ),
        hint=Text(
            en="How many windows of width 2 fit into 5 pixels with a stride of 2? Draw them, and count only those that "
            "lie wholly inside.",
            tr="Genişliği 2 olan kaç pencere, 2 adımla 5 piksele sığar? Çiz ve yalnızca tümüyle içeride kalanları say.",
        ),
        look="size",
        ways=(
            {"size": lambda n_prev, f, stride, pad: ceil((n_prev + 2 * pad - f) / stride) + 1},
            {"size": lambda n_prev, f, stride, pad: round((n_prev + 2 * pad - f) / stride) + 1},
            {"size": lambda n_prev, f, stride, pad: round((n_prev + 2 * pad - f) / stride + 1)},
        ),
    )


def no_plus_one(function: str) -> Mistake:
    """Return the record of an output that lacks its last row and column."""
    return Mistake(
        key=f"{function}/no_plus_one",
        title=Text(en="The output is one row and one column too small", tr="Çıktı bir satır ve bir sütun küçük"),
        explanation=Text(
            en="The size of the output counts how often the window can move, but not the place where it stands before "
            "it moves. The last row and column are missing.",
            tr="Çıktının boyutu, pencerenin kaç kez ilerleyebildiğini sayıyor, ilerlemeden önce durduğu yeri saymıyor. "
            "Son satır ve son sütun eksik.",
        ),
        hint=Text(
            en="A window as large as the image cannot move at all. How many outputs must there be then, and how many "
            "does your formula give?",
            tr="Görüntü kadar büyük bir pencere hiç ilerleyemez. O durumda kaç çıktı olmalı, senin formülün kaç "
            "veriyor?",
        ),
        look="size",
        ways=({"size": lambda n_prev, f, stride, pad: (n_prev + 2 * pad - f) // stride},),
    )


def plus_one_inside(function: str) -> Mistake:
    """Return the record of a one that is added before the division."""
    return Mistake(
        key=f"{function}/plus_one_inside",
        title=Text(en="The 1 is added before the division", tr="1, bölmeden önce ekleniyor"),
        explanation=Text(
            en="In the size of the output, 1 is added before dividing by the stride. With a stride of 1 it makes no "
            "difference; with a larger one the last row and column mostly go missing.",
            tr="Çıktının boyutunda 1, adıma bölmeden önce ekleniyor. Adım 1 iken fark etmiyor, daha büyük adımlarda "
            "son satır ve son sütun çoğu kez eksik kalıyor.",
        ),
        hint=Text(
            en="Work out the size by hand for an image of 4 pixels, f = 2 and a stride of 2, once as you wrote it and "
            "once from a drawing. Where do the brackets close?",
            tr="4 piksellik bir görüntü, f = 2 ve adım 2 için boyutu bir kez yazdığın gibi, bir kez de çizerek "
            "hesapla. Parantez nerede kapanıyor?",
        ),
        look="size",
        ways=({"size": lambda n_prev, f, stride, pad: (n_prev + 2 * pad - f + 1) // stride},),
    )


def size_without_stride(function: str) -> Mistake:
    """Return the record of an output as large as with a stride of 1."""
    return Mistake(
        key=f"{function}/size_without_stride",
        title=Text(en="The output's size forgets the stride", tr="Çıktının boyutu adımı unutuyor"),
        explanation=Text(
            en="The size of the output is that of a stride of 1. With a larger stride there are too many windows, and "
            "the last ones lie outside the image.",
            tr="Çıktının boyutu, adım 1'miş gibi hesaplanıyor. Daha büyük bir adımda pencere sayısı fazla geliyor ve "
            "sondakiler görüntünün dışında kalıyor.",
        ),
        hint=Text(
            en="If a window takes larger steps, does it find more places or fewer? Compare the sizes for a stride of 1 "
            "and of 2 in a drawing.",
            tr="Pencere daha büyük adımlarla ilerlerse daha çok mu yer bulur, daha az mı? Adım 1 ve 2 için boyutları "
            "bir çizimde karşılaştır.",
        ),
        look="size",
        ways=({"size": lambda n_prev, f, stride, pad: n_prev + 2 * pad - f + 1},),
    )


def size_of_input(function: str) -> Mistake:
    """Return the record of an output as large as the input."""
    return Mistake(
        key=f"{function}/size_of_input",
        title=Text(en="The output is as large as the input", tr="Çıktı girdi kadar büyük"),
        explanation=Text(
            en="The height and width of the output are those of the input. There are then windows that lie beyond the "
            "image.",
            tr="Çıktının yüksekliği ve genişliği girdininkiler olarak alınıyor. O zaman görüntünün dışında kalan "
            "pencereler oluyor.",
        ),
        hint=Text(
            en="In how many places does a window of width 3 stand on a row of 5 pixels? Draw them.",
            tr="Genişliği 3 olan bir pencere, 5 piksellik bir satırda kaç yerde durabilir? Çiz.",
        ),
        look="size",
        ways=({"size": lambda n_prev, f, stride, pad: n_prev},),
    )


def square(function: str) -> Mistake:
    """Return the record of a width that is worked out from the height."""
    return Mistake(
        key=f"{function}/square",
        title=Text(en="The image is taken for a square", tr="Görüntü kare sanılıyor"),
        explanation=Text(
            en="The height and the width of the output are worked out from the same side of the image. Square images "
            "come out right, others do not.",
            tr="Çıktının yüksekliği de genişliği de görüntünün aynı kenarından hesaplanıyor. Kare görüntülerde sonuç "
            "doğru, ötekilerde değil.",
        ),
        hint=Text(
            en="Try an image of 3 rows and 6 columns, and print n_H and n_W. From which side does each come?",
            tr="3 satırlı, 6 sütunlu bir görüntü dene; n_H ile n_W'yi yazdır. Her biri hangi kenardan geliyor?",
        ),
        look="size",
        ways=({"axes": lambda n_H, n_W: (n_H, n_H)}, {"axes": lambda n_H, n_W: (n_W, n_W)}),
    )


def swapped_axes(function: str) -> Mistake:
    """Return the record of an output whose height and width are exchanged."""
    return Mistake(
        key=f"{function}/swapped_axes",
        title=Text(
            en="Height and width of the output are exchanged", tr="Çıktının yüksekliği ile genişliği yer değiştirmiş"
        ),
        explanation=Text(
            en="n_W stands where n_H belongs, and n_H where n_W does. Square images hide it; on others the shape is "
            "wrong, or an index runs out of bounds.",
            tr="n_H'nin yerinde n_W, n_W'nin yerinde n_H duruyor. Kare görüntüler bunu gizler; ötekilerde biçim yanlış "
            "çıkar ya da bir indis sınırı aşar.",
        ),
        hint=Text(
            en="Which axis of an image counts its rows? Try an image of 3 rows and 6 columns, and follow n_H and n_W "
            "from where they are made to where they are used.",
            tr="Bir görüntünün hangi ekseni satırlarını sayar? 3 satırlı, 6 sütunlu bir görüntü dene; n_H ile n_W'yi "
            "oluştukları yerden kullanıldıkları yere kadar izle.",
        ),
        look="allocation",
        ways=(
            {"allocate": lambda m, n_H, n_W, n_C, n_C_prev: np.zeros((m, n_W, n_H, n_C))},
            {"axes": lambda n_H, n_W: (n_W, n_H)},
        ),
    )


def exchanged(function: str, *ways: Change) -> Mistake:
    """Return the record of loops whose rows and columns are exchanged, in the ways given or in the corners."""
    return Mistake(
        key=f"{function}/exchanged",
        title=Text(en="Rows and columns are exchanged", tr="Satırlar ile sütunlar yer değiştirmiş"),
        explanation=Text(
            en="h and w, or the corners made from them, stand in each other's place. Square images come out mirrored "
            "along their diagonal; others come out wrong or raise an error.",
            tr="h ile w ya da onlardan hesaplanan köşeler birbirinin yerinde duruyor. Kare görüntüler köşegenlerine "
            "göre aynalanmış çıkıyor; ötekiler yanlış çıkıyor ya da hata veriyor.",
        ),
        hint=Text(
            en="Which loop variable counts the rows of the output? Follow it into the slice: which axis of the image "
            "does it move along?",
            tr="Hangi döngü değişkeni çıktının satırlarını sayıyor? Onu dilime kadar izle: görüntünün hangi ekseni "
            "boyunca ilerliyor?",
        ),
        look="corners",
        ways=({"corners": lambda rows, columns: (columns, rows)}, *ways),
    )


WRITTEN_ACROSS: Change = {  # each result goes to [w, h]
    "allocate": lambda m, n_H, n_W, n_C, n_C_prev: np.zeros((m, n_H, n_W, n_C)).swapaxes(1, 2),
    "answer": lambda output, cache: (output.swapaxes(1, 2), cache),
}
READ_ACROSS: Change = {"gradient": lambda gradient: gradient.swapaxes(1, 2)}


def hparameters_ignored(function: str, *pairs: Callable[[int, int], tuple[int, int]]) -> Mistake:
    """Return the record of hyperparameters that are not what the caller said, but what each function of both gives."""
    return Mistake(
        key=f"{function}/hparameters_ignored",
        title=Text(en="A hyperparameter is not read", tr="Bir hiperparametre okunmuyor"),
        explanation=Text(
            en="A hyperparameter is a fixed number in the code, or the two are exchanged. It is right only where "
            "hparameters happens to say the same.",
            tr="Bir hiperparametre kodda sabit bir sayı olarak duruyor ya da ikisi birbirinin yerine geçmiş. Sonuç "
            "yalnızca hparameters rastlantıyla aynı şeyi söylerse doğru.",
        ),
        hint=Text(
            en="Print the two hyperparameters that your function computes with, beside hparameters.",
            tr="Fonksiyonunun hesapta kullandığı iki hiperparametreyi, hparameters ile yan yana yazdır.",
        ),
        look="signature",
        ways=tuple({"settle": pair} for pair in pairs),
    )


def first_example(function: str) -> Mistake:
    """Return the record of windows that all come from one example."""
    return Mistake(
        key=f"{function}/first_example",
        title=Text(en="Every window comes from the same example", tr="Bütün pencereler aynı örnekten geliyor"),
        explanation=Text(
            en="The loop runs over the examples, but the image that windows are cut from does not change with it. All "
            "examples get the result of one.",
            tr="Döngü örnekler üzerinde ilerliyor, ama pencerelerin kesildiği görüntü onunla birlikte değişmiyor. "
            "Bütün örnekler tek bir örneğin sonucunu alıyor.",
        ),
        hint=Text(
            en="Find where the loop variable of the examples is used: once for the output, and where else should it "
            "be?",
            tr="Örneklerin döngü değişkeninin nerede kullanıldığına bak: çıktı için bir kez; başka nerede "
            "kullanılmalı?",
        ),
        look="window",
        ways=(
            {"example": lambda A: A[[0] * len(A)]},
            {"example": lambda A: A[[-1] * len(A)]},
        ),
    )


def return_inside(function: str) -> Mistake:
    """Return the record of a function that returns before its loops are over."""
    return Mistake(
        key=f"{function}/return_inside",
        title=Text(en="The function returns inside a loop", tr="return satırı döngünün içinde kalmış"),
        explanation=Text(
            en="The return is indented too far, so that the function ends after the first round of a loop. Only the "
            "first example, row, window or channel is computed; the rest stays 0.",
            tr="return satırı fazla girintili, bu yüzden fonksiyon bir döngünün ilk turunda bitiyor. Yalnızca ilk "
            "örnek, satır, pencere ya da kanal hesaplanıyor; gerisi 0 kalıyor.",
        ),
        hint=Text(
            en="Look at the left edge of your return line. Under which for does it stand?",
            tr="return satırının sol kenarına bak. Hangi for'un altında duruyor?",
        ),
        look="return",
        ways=tuple(
            {"visits": visits}
            for visits in (
                _first_example,
                _first_row,
                _first_window,
                _first_channel,
                _first_row_of_all,
                _first_window_of_all,
                _first_channel_of_all,
            )
        ),
    )


def outside_loop(function: str, *ways: Change) -> Mistake:
    """Return the record of lines that run after a loop, not in it."""
    return Mistake(
        key=f"{function}/outside_loop",
        title=Text(en="A line stands outside its loop", tr="Bir satır, döngüsünün dışında kalmış"),
        explanation=Text(
            en="Lines that belong into a loop are indented too little, so that they run once, after the loop is over. "
            "Only its last round counts, the last column or the last channel.",
            tr="Bir döngünün içinde olması gereken satırların girintisi az; bu yüzden döngü bittikten sonra bir kez "
            "çalışıyorlar. Yalnızca son tur, yani son sütun ya da son kanal sayılıyor.",
        ),
        hint=Text(
            en="Print the loop variables in the line that computes the result. Does it run as often as there are "
            "results?",
            tr="Sonucu hesaplayan satırda döngü değişkenlerini yazdır. O satır, sonuçların sayısı kadar çalışıyor mu?",
        ),
        look="loops",
        ways=({"visits": _last_channels}, {"visits": _last_columns}, *ways),
    )


def _last_channels(m: int, n_H: int, n_W: int, n_C: int) -> Iterable[Visit]:
    return [(slice(0, m), h, w, slice(n_C - 1, n_C)) for h in range(n_H) for w in range(n_W)]


def _last_columns(m: int, n_H: int, n_W: int, n_C: int) -> Iterable[Visit]:
    return [(slice(0, m), h, n_W - 1, slice(0, n_C)) for h in range(n_H)]


def _first_example(m: int, n_H: int, n_W: int, n_C: int) -> Iterable[Visit]:
    return [(slice(0, 1), h, w, slice(0, n_C)) for h in range(n_H) for w in range(n_W)]


def _first_row(m: int, n_H: int, n_W: int, n_C: int) -> Iterable[Visit]:
    return [(slice(0, 1), 0, w, slice(0, n_C)) for w in range(n_W)]


def _first_window(m: int, n_H: int, n_W: int, n_C: int) -> Iterable[Visit]:
    return [(slice(0, 1), 0, 0, slice(0, n_C))]


def _first_channel(m: int, n_H: int, n_W: int, n_C: int) -> Iterable[Visit]:
    return [(slice(0, 1), 0, 0, slice(0, 1))]


def _first_row_of_all(m: int, n_H: int, n_W: int, n_C: int) -> Iterable[Visit]:
    return [(slice(0, m), 0, w, slice(0, n_C)) for w in range(n_W)]


def _first_window_of_all(m: int, n_H: int, n_W: int, n_C: int) -> Iterable[Visit]:
    return [(slice(0, m), 0, 0, slice(0, n_C))]


def _first_channel_of_all(m: int, n_H: int, n_W: int, n_C: int) -> Iterable[Visit]:
    return [(slice(0, m), h, w, slice(0, 1)) for h in range(n_H) for w in range(n_W)]
