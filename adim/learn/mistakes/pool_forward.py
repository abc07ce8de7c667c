"""What learners get wrong in `pool_forward`, the most common first."""

# ruff: noqa: ARG005 - a piece is handed all that its replacements may need

from __future__ import annotations

import numpy as np

from adim.learn.languages import Text
from adim.learn.mistakes import pooling, windows
from adim.learn.mistakes.forms import Array
from adim.learn.mistakes.record import Mistake

FUNCTION = "pool_forward"


def _all_channels(window: Array) -> Array:
    """Let every channel look at the entries of all channels."""
    m, _, _, n_C = window.shape
    return np.broadcast_to(window.reshape(m, -1, 1, 1), (m, window[0].size, 1, n_C))


def _all_examples(window: Array) -> Array:
    """Let every example look at the entries of all examples."""
    m, f_H, f_W, n_C = window.shape
    return np.broadcast_to(window.reshape(m * f_H, f_W, n_C), (m, m * f_H, f_W, n_C))


RECORDS = (
    windows.no_stride(FUNCTION),
    windows.end_without_start(FUNCTION),
    Mistake(
        key="pool_forward/all_channels",
        title=Text(en="The window keeps all channels", tr="Pencere bütün kanalları içeriyor"),
        explanation=Text(
            en="The maximum or the mean is taken over all channels at once, so that every channel of A holds the same "
            "number. Pooling works on each channel by itself.",
            tr="En büyük değer ya da ortalama bütün kanallar üzerinden birden alınıyor; A'nın her kanalında aynı sayı "
            "duruyor. Havuzlama her kanalda ayrı ayrı yapılır.",
        ),
        hint=Text(
            en="Print the shape of your window. Pooling makes one number of f rows and f columns: which axis is too "
            "much?",
            tr="Pencerenin biçimini (shape) yazdır. Havuzlama f satır ve f sütundan bir sayı çıkarır: hangi eksen "
            "fazla?",
        ),
        look="window",
        ways=(
            {"seen": _all_channels},
            {"maximum": lambda window: window.max(axis=(1, 2, 3))[:, np.newaxis]},
            {"mean": lambda window: window.mean(axis=(1, 2, 3))[:, np.newaxis]},
        ),
    ),
    pooling.mode_ignored(FUNCTION),
    pooling.modes_swapped(FUNCTION),
    pooling.mode_unknown(FUNCTION),
    Mistake(
        key="pool_forward/sum_not_mean",
        title=Text(en="The window is summed, not averaged", tr="Pencerenin ortalaması değil, toplamı alınıyor"),
        explanation=Text(
            en='In the mode "average" the entries of the window are added up, but not divided by their number, or only '
            "by f.",
            tr='"average" kipinde pencerenin öğeleri toplanıyor, ama sayılarına bölünmüyor ya da yalnızca '
            "f'ye bölünüyor.",
        ),
        hint=Text(
            en="What is the mean of a window of sevens? What does your function make of it?",
            tr="Yedilerden oluşan bir pencerenin ortalaması nedir? Fonksiyonun ne buluyor?",
        ),
        look="product",
        ways=(
            {"mean": lambda window: window.sum(axis=(1, 2))},
            {"mean": lambda window: window.sum(axis=(1, 2)) / window.shape[1]},
        ),
    ),
    windows.rounded(FUNCTION),
    windows.no_plus_one(FUNCTION),
    windows.plus_one_inside(FUNCTION),
    windows.size_without_stride(FUNCTION),
    windows.size_of_input(FUNCTION),
    windows.return_inside(FUNCTION),
    windows.outside_loop(FUNCTION),
    windows.first_example(FUNCTION),
    Mistake(
        key="pool_forward/whole_batch",
        title=Text(en="The window takes in the whole batch", tr="Pencere bütün yığını içine alıyor"),
        explanation=Text(
            en="The window is cut from all examples at once, so that every example of A holds the same numbers.",
            tr="Pencere bütün örneklerden birden kesiliyor; A'nın her örneği aynı sayıları tutuyor.",
        ),
        hint=Text(
            en="Print the shape of one window. How many axes should it have, if it comes from one channel of one "
            "image?",
            tr="Bir pencerenin biçimini (shape) yazdır. Tek bir görüntünün tek bir kanalından geliyorsa kaç ekseni "
            "olmalı?",
        ),
        look="window",
        ways=({"seen": _all_examples},),
    ),
    Mistake(
        key="pool_forward/channel_zero",
        title=Text(en="Every window comes from the same channel", tr="Bütün pencereler aynı kanaldan geliyor"),
        explanation=Text(
            en="The loop runs over the channels, but the window is always cut from the same one. The channels of A are "
            "equal.",
            tr="Döngü kanallar üzerinde ilerliyor, ama pencere hep aynı kanaldan kesiliyor. A'nın kanalları birbirine "
            "eşit çıkıyor.",
        ),
        hint=Text(
            en="Where do you use the loop variable of the channels: for the output only, or for the window, too?",
            tr="Kanalların döngü değişkenini nerede kullanıyorsun: yalnızca çıktıda mı, pencerede de mi?",
        ),
        look="window",
        ways=(
            {"seen": lambda window: window[..., [0] * window.shape[3]]},
            {"seen": lambda window: window[..., [-1] * window.shape[3]]},
        ),
    ),
    windows.swapped_axes(FUNCTION),
    windows.square(FUNCTION),
    windows.exchanged(FUNCTION, windows.WRITTEN_ACROSS),
    windows.start_by_f(FUNCTION),
    windows.end_by_stride(FUNCTION),
    windows.end_included(FUNCTION),
    windows.end_beyond(FUNCTION),
    windows.hparameters_ignored(
        FUNCTION,
        lambda f, stride: (f, 1),
        lambda f, stride: (f, 2),
        lambda f, stride: (f, f),
        lambda f, stride: (2, stride),
        lambda f, stride: (stride, f),
        lambda f, stride: (2, 2),
    ),
    Mistake(
        key="pool_forward/absolute",
        title=Text(en="The sign is dropped before the maximum", tr="En büyük değerden önce işaret atılıyor"),
        explanation=Text(
            en="The largest absolute value is taken, so that a large negative number wins over a small positive one.",
            tr="En büyük mutlak değer alınıyor; böylece büyük bir negatif sayı, küçük bir pozitif sayıyı geçiyor.",
        ),
        hint=Text(
            en="What is the maximum of -5, 1 and 2? Try a window that holds these.",
            tr="-5, 1 ve 2'nin en büyüğü hangisidir? Bunları içeren bir pencere dene.",
        ),
        look="product",
        ways=(
            {"maximum": lambda window: np.abs(window).max(axis=(1, 2))},
            {"maximum": lambda window: np.abs(window.max(axis=(1, 2)))},
        ),
    ),
    Mistake(
        key="pool_forward/starts_at_zero",
        title=Text(en="The search for the maximum starts at 0", tr="En büyük değeri arama 0'dan başlıyor"),
        explanation=Text(
            en="Where a window holds only negative numbers, the result is 0, a number that is not in the window.",
            tr="Bir pencerede yalnızca negatif sayılar varsa sonuç 0 çıkıyor; oysa 0 o pencerede yok.",
        ),
        hint=Text(
            en="What is the maximum of -3 and -1? With which value does your search begin?",
            tr="-3 ile -1'in en büyüğü hangisidir? Araman hangi değerle başlıyor?",
        ),
        look="product",
        ways=({"maximum": lambda window: np.maximum(window.max(axis=(1, 2)), 0)},),
    ),
    Mistake(
        key="pool_forward/minimum",
        title=Text(en="The minimum is taken", tr="En küçük değer alınıyor"),
        explanation=Text(
            en='In the mode "max" each window is summarised by its smallest entry, not its largest.',
            tr='"max" kipinde her pencere en büyük değil, en küçük öğesiyle özetleniyor.',
        ),
        hint=Text(
            en="Pool the numbers 1 to 4 in a window of 2 by 2. Which of them must come out?",
            tr="1'den 4'e kadar sayıları 2'ye 2 bir pencerede havuzla. Hangisi çıkmalı?",
        ),
        look="product",
        ways=({"maximum": lambda window: window.min(axis=(1, 2))},),
    ),
    Mistake(
        key="pool_forward/no_cache",
        title=Text(en="The cache is not what is needed", tr="Önbellek gerekeni tutmuyor"),
        explanation=Text(
            en="A is right, but the cache is missing, or holds something else than the input and the hyperparameters.",
            tr="A doğru, ama önbellek yok ya da girdi ile hiperparametrelerden başka bir şey tutuyor.",
        ),
        hint=Text(
            en="What does the backward pass need to know which entry of each window won? The output does not tell it.",
            tr="Geri yayılım, her pencerede hangi öğenin kazandığını bilmek için neye gerek duyar? Çıktı bunu "
            "söylemez.",
        ),
        look="return",
        ways=(
            {"answer": lambda A, cache: A},
            {"answer": lambda A, cache: (A, (A, cache[1]))},
            {"answer": lambda A, cache: (A, cache[::-1])},
            {"answer": lambda A, cache: (A, cache[0])},
            {"answer": lambda A, cache: (A, None)},
        ),
    ),
    Mistake(
        key="pool_forward/argmax",
        title=Text(en="The maximum's place is returned", tr="En büyük değer değil, yeri döndürülüyor"),
        explanation=Text(
            en='In the mode "max" A holds the index of the largest entry in each window, not that entry.',
            tr='"max" kipinde A, her penceredeki en büyük öğeyi değil, onun indisini tutuyor.',
        ),
        hint=Text(
            en="Pool a window that holds 10, 20, 30 and 40. Can the result be less than 10?",
            tr="İçinde 10, 20, 30 ve 40 olan bir pencereyi havuzla. Sonuç 10'dan küçük olabilir mi?",
        ),
        look="product",
        ways=({"maximum": lambda window: window.reshape(len(window), -1, window.shape[3]).argmax(axis=1)},),
    ),
)
