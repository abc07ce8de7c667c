"""What learners get wrong in `pool_backward`, the most common first."""

# ruff: noqa: ARG001, ARG005 - a piece is handed all that its replacements may need

from __future__ import annotations

from typing import Any

import numpy as np

from adim.learn.languages import Text
from adim.learn.mistakes import pooling, windows
from adim.learn.mistakes.forms import Array
from adim.learn.mistakes.record import Mistake

FUNCTION = "pool_backward"


def _assign(dA_prev: Array, place: Any, term: Array, mode: str) -> None:
    """Write a term over what was there."""
    dA_prev[place] = term


def _assign_in(assigned: str) -> Any:
    """Write over what was there in one mode, and add in the other."""

    def put(dA_prev: Array, place: Any, term: Array, mode: str) -> None:
        dA_prev[place] = term if mode == assigned else dA_prev[place] + term

    return put


def _first(window: Array) -> Array:
    """Return a mask of the first maximum of each channel, counted through the rows."""
    entries = window.reshape(len(window), -1, window.shape[3])  # (m, f f, n_C)
    index = entries.argmax(axis=1)[:, np.newaxis]
    return np.asarray((np.arange(entries.shape[1])[:, np.newaxis] == index).reshape(window.shape))


def _last(window: Array) -> Array:
    """Return a mask of the last maximum of each channel."""
    return _first(window[:, ::-1, ::-1])[:, ::-1, ::-1]


def _of_all_channels(window: Array) -> Array:
    """Return a mask of the maximum of all channels together."""
    return np.asarray(window == window.max(axis=(1, 2, 3), keepdims=True))


def _three_axes(*_: Any) -> Any:
    """Raise what a window of all channels raises where it is added to one of them."""
    raise ValueError("non-broadcastable output operand with shape (2,2) doesn't match the broadcast shape (2,2,3)")


RECORDS = (
    windows.no_stride(FUNCTION),
    Mistake(
        key="pool_backward/undivided",
        title=Text(en="The mean's gradient is not divided", tr="Ortalamanın gradyanı bölünmüyor"),
        explanation=Text(
            en='In the mode "average" every entry of the window gets the whole gradient. Each has only its share in '
            "the mean.",
            tr='"average" kipinde pencerenin her öğesi gradyanın bütününü alıyor. Oysa her birinin ortalamada '
            "yalnızca kendi payı var.",
        ),
        hint=Text(
            en="If one entry of a window of 4 grows by 1, by how much does the mean grow?",
            tr="4 öğeli bir pencerenin bir öğesi 1 büyürse ortalama ne kadar büyür?",
        ),
        look="product",
        ways=({"share": lambda dz, f, n_H, n_W: dz},),
    ),
    Mistake(
        key="pool_backward/divided_by_f",
        title=Text(
            en="The mean's gradient is divided by too little", tr="Ortalamanın gradyanı küçük bir sayıya bölünüyor"
        ),
        explanation=Text(
            en='In the mode "average" the gradient is divided by f or 2 f, a length, and not by the number of '
            "entries of the window.",
            tr='"average" kipinde gradyan, penceredeki öğe sayısına değil, f ya da 2 f gibi bir uzunluğa bölünüyor.',
        ),
        hint=Text(
            en="How many entries has a window with f = 3? Sum up what you put into one window: it must be dA's entry.",
            tr="f = 3 olan bir pencerenin kaç öğesi var? Bir pencereye koyduklarını topla: dA'nın öğesini vermeli.",
        ),
        look="product",
        ways=(
            {"share": lambda dz, f, n_H, n_W: dz / f},
            {"share": lambda dz, f, n_H, n_W: dz / (2 * f)},
        ),
    ),
    Mistake(
        key="pool_backward/divided_by_output",
        title=Text(en="Divided by the size of the output", tr="Çıktının boyutuna bölünüyor"),
        explanation=Text(
            en='In the mode "average" the gradient is divided by n_H n_W, the number of windows, and not by the '
            "number of entries in one.",
            tr='"average" kipinde gradyan, bir penceredeki öğe sayısına değil, pencere sayısına, yani n_H n_W\'ye '
            "bölünüyor.",
        ),
        hint=Text(
            en="What was the mean taken of on the way forward? Which hyperparameter tells how many entries that is?",
            tr="İleri yayılımda ortalama neyin üzerinden alınmıştı? Bunun kaç öğe olduğunu hangi hiperparametre "
            "söyler?",
        ),
        look="product",
        ways=({"share": lambda dz, f, n_H, n_W: dz / (n_H * n_W)},),
    ),
    Mistake(
        key="pool_backward/assigns",
        title=Text(en="dA_prev is overwritten, not added to", tr="dA_prev'e eklenmiyor, üzerine yazılıyor"),
        explanation=Text(
            en="An entry that lies in several windows collects a gradient from each. Here every new window replaces "
            "what the last one left; it is right only where windows do not overlap.",
            tr="Birkaç pencerede bulunan bir öğe, her birinden gradyan toplar. Burada her yeni pencere bir öncekinin "
            "bıraktığını siliyor; sonuç yalnızca pencereler örtüşmüyorsa doğru.",
        ),
        hint=Text(
            en="Draw two windows that overlap. What has the second to do with what the first put there?",
            tr="Örtüşen iki pencere çiz. İkincisi, birincinin oraya koyduğuna ne yapmalı?",
        ),
        look="accumulation",
        ways=({"put": _assign}, {"put": _assign_in("max")}, {"put": _assign_in("average")}),
    ),
    Mistake(
        key="pool_backward/no_mask",
        title=Text(
            en="Every entry of the window gets the maximum's gradient",
            tr="En büyüğün gradyanını pencerenin her öğesi alıyor",
        ),
        explanation=Text(
            en='In the mode "max" the gradient goes to the whole window. Only entries equal to the maximum had a '
            "part in the output.",
            tr='"max" kipinde gradyan bütün pencereye gidiyor. Oysa çıktıda yalnızca en büyük değere eşit öğelerin '
            "payı vardı.",
        ),
        hint=Text(
            en="If an entry that is not the largest changes a little, does the maximum change?",
            tr="En büyük olmayan bir öğe birazcık değişirse en büyük değer değişir mi?",
        ),
        look="mask",
        ways=({"route": lambda mask, dz, window, dA: np.broadcast_to(dz, window.shape)},),
    ),
    Mistake(
        key="pool_backward/masked_value",
        title=Text(en="The mask is multiplied by the window", tr="Maske pencereyle çarpılıyor"),
        explanation=Text(
            en='In the mode "max" the maximum itself is sent back, where the gradient of the '
            "output is meant. dA has no influence on the result.",
            tr='"max" kipinde, çıktının gradyanı gerekirken en büyük değerin kendisi geri '
            "gönderiliyor. dA'nın sonuca hiçbir etkisi yok.",
        ),
        hint=Text(
            en="Double dA and call the function again. Should the result double, and does it?",
            tr="dA'yı iki katına çıkarıp fonksiyonu yeniden çağır. Sonuç da iki katına çıkmalı mı, çıkıyor mu?",
        ),
        look="product",
        ways=({"route": lambda mask, dz, window, dA: mask * window},),
    ),
    Mistake(
        key="pool_backward/mask_of_dA",
        title=Text(en="The mask is made from the gradient", tr="Maske gradyandan oluşturuluyor"),
        explanation=Text(
            en='In the mode "max" the mask marks the largest entry of dA or of dA_prev, where that of the input\'s '
            "window is meant.",
            tr="\"max\" kipinde maske, girdinin penceresindeki en büyük öğeyi değil, dA'nın ya da dA_prev'in en büyük "
            "öğesini işaretliyor.",
        ),
        hint=Text(
            en="Which array did the forward pass seek its maximum in? That array is in the cache.",
            tr="İleri yayılım en büyük değeri hangi dizide aradı? O dizi önbellekte duruyor.",
        ),
        look="mask",
        ways=(
            {"masked": lambda A_prev, dA, dA_prev: dA},
            {"masked": lambda A_prev, dA, dA_prev: dA_prev},
        ),
    ),
    Mistake(
        key="pool_backward/window_of_dA",
        title=Text(
            en="A window of dA is used, not one entry", tr="dA'nın tek bir öğesi değil, bir penceresi kullanılıyor"
        ),
        explanation=Text(
            en='In the mode "max" the mask is multiplied by a window cut from dA. dA has one entry for each window '
            "of the input; cut by the input's corners it gives wrong pieces, or empty ones.",
            tr="\"max\" kipinde maske, dA'dan kesilen bir pencereyle çarpılıyor. Oysa girdinin her penceresine dA'nın "
            "tek bir öğesi düşer; girdinin köşeleriyle kesilince yanlış ya da boş parçalar çıkıyor.",
        ),
        hint=Text(
            en="How many numbers did the forward pass make of one window? As many come back to it.",
            tr="İleri yayılım bir pencereden kaç sayı çıkardı? Geriye de o kadarı döner.",
        ),
        look="product",
        ways=({"route": lambda mask, dz, window, dA: mask * dA},),
    ),
    Mistake(
        key="pool_backward/argmax",
        title=Text(
            en="Only one of several maxima gets the gradient",
            tr="Gradyanı, eşit en büyük değerlerden yalnızca biri alıyor",
        ),
        explanation=Text(
            en="Where several entries of a window share the maximum, only one of them gets the gradient. The course "
            "gives it to each.",
            tr="Bir pencerede en büyük değer birkaç öğede birden bulunuyorsa gradyanı yalnızca biri alıyor. Bu derste "
            "gradyan her birine verilir.",
        ),
        hint=Text(
            en="Try a window in which all entries are equal. Which of them must create_mask_from_window mark?",
            tr="Bütün öğeleri eşit olan bir pencere dene. create_mask_from_window hangilerini işaretlemeli?",
        ),
        look="mask",
        ways=({"mask": _first}, {"mask": _last}),
    ),
    Mistake(
        key="pool_backward/all_channels",
        title=Text(en="The channels are mixed", tr="Kanallar birbirine karışıyor"),
        explanation=Text(
            en="The window keeps all channels, so that only one maximum is found in all of them together, or every "
            "channel gets the gradients of all. Pooling works on each channel by itself.",
            tr="Pencere bütün kanalları içeriyor; bu yüzden hepsi için tek bir en büyük değer bulunuyor ya da her "
            "kanal bütün kanalların gradyanını alıyor. Havuzlama her kanalda ayrı ayrı yapılır.",
        ),
        hint=Text(
            en="Print the shape of your window and of the slice that you add to. Does the loop over the channels reach "
            "both?",
            tr="Pencerenin ve üzerine eklediğin dilimin biçimini (shape) yazdır. Kanalların döngüsü ikisine de "
            "ulaşıyor mu?",
        ),
        look="window",
        ways=(
            {"mask": _of_all_channels},
            {
                "mask": _of_all_channels,
                "route": lambda mask, dz, window, dA: mask * dz.sum(axis=-1, keepdims=True),
            },
            {"mask": _three_axes},
            {"route": lambda mask, dz, window, dA: mask * dz.sum(axis=-1, keepdims=True)},
            {
                "mask": _of_all_channels,
                "route": lambda mask, dz, window, dA: mask * dz.sum(axis=-1, keepdims=True),
                "share": lambda dz, f, n_H, n_W: dz.sum(axis=-1, keepdims=True) / (f * f),
            },
            {"share": lambda dz, f, n_H, n_W: dz.sum(axis=-1, keepdims=True) / (f * f)},
        ),
    ),
    Mistake(
        key="pool_backward/channel_zero",
        title=Text(en="One channel is used for all", tr="Bütün kanallar için tek bir kanal kullanılıyor"),
        explanation=Text(
            en="The window, or the gradient, is always taken from the same channel. The loop over the channels moves "
            "only the place where the result goes.",
            tr="Pencere ya da gradyan hep aynı kanaldan alınıyor. Kanalların döngüsü yalnızca sonucun yazıldığı yeri "
            "değiştiriyor.",
        ),
        hint=Text(
            en="Three arrays take part: A_prev, dA and dA_prev. In which of them do you use the channel's index?",
            tr="İşe üç dizi katılıyor: A_prev, dA ve dA_prev. Kanal indisini hangilerinde kullanıyorsun?",
        ),
        look="window",
        ways=(
            {"seen": lambda window: window[..., [0] * window.shape[3]]},
            {"gradient": lambda dA: dA[..., [0] * dA.shape[3]]},
        ),
    ),
    pooling.mode_ignored(FUNCTION),
    pooling.modes_swapped(FUNCTION),
    pooling.mode_unknown(FUNCTION),
    windows.return_inside(FUNCTION),
    windows.outside_loop(FUNCTION),
    windows.first_example(FUNCTION)._replace(
        ways=(
            *windows.first_example(FUNCTION).ways,
            {"gradient": lambda dA: dA[[0] * len(dA)]},
        ),
    ),
    windows.end_without_start(FUNCTION),
    windows.exchanged(FUNCTION, windows.READ_ACROSS),
    windows.start_by_f(FUNCTION),
    windows.end_by_stride(FUNCTION),
    windows.end_included(FUNCTION),
    windows.end_beyond(FUNCTION),
    windows.hparameters_ignored(
        FUNCTION,
        lambda f, stride: (f, 2),
        lambda f, stride: (2, stride),
        lambda f, stride: (stride, f),
        lambda f, stride: (2, 2),
    ),
    Mistake(
        key="pool_backward/shaped_as_dA",
        title=Text(en="dA_prev has the shape of dA", tr="dA_prev'in biçimi dA'nınki gibi"),
        explanation=Text(
            en="dA_prev is allocated in the shape of the output. It is the gradient of the input, and must have the "
            "input's shape.",
            tr="dA_prev, çıktının biçiminde oluşturuluyor. Oysa o girdinin gradyanıdır ve girdinin biçiminde "
            "olmalıdır.",
        ),
        hint=Text(
            en="A gradient has the shape of what it is the gradient of. Of what is dA_prev the gradient?",
            tr="Bir gradyan, neyin gradyanıysa onun biçimindedir. dA_prev neyin gradyanı?",
        ),
        look="allocation",
        ways=({"allocate": lambda A_prev, dA: np.zeros(dA.shape)},),
    ),
    Mistake(
        key="pool_backward/ignores_dA",
        title=Text(en="dA is not used", tr="dA kullanılmıyor"),
        explanation=Text(
            en="The bare mask, or shares of 1, are sent back, as if the gradient of the output were 1 everywhere.",
            tr="Geriye yalın maske ya da 1'in payları gönderiliyor; sanki çıktının gradyanı her yerde 1'miş gibi.",
        ),
        hint=Text(
            en="Double dA and call the function again. Should the result double, and does it?",
            tr="dA'yı iki katına çıkarıp fonksiyonu yeniden çağır. Sonuç da iki katına çıkmalı mı, çıkıyor mu?",
        ),
        look="product",
        ways=(
            {"gradient": np.ones_like},
            {"route": lambda mask, dz, window, dA: mask * 1.0},
            {"share": lambda dz, f, n_H, n_W: np.ones_like(dz) / (f * f)},
        ),
    ),
    Mistake(
        key="pool_backward/ties_shared",
        title=Text(en="Equal maxima share the gradient", tr="Eşit en büyük değerler gradyanı bölüşüyor"),
        explanation=Text(
            en="Where several entries of a window share the maximum, the gradient is divided among them. That is a "
            "possible convention, but not that of the course, which gives all of it to each.",
            tr="Bir pencerede en büyük değer birkaç öğede birden bulunuyorsa gradyan bunlar arasında bölüştürülüyor. "
            "Bu da bir seçimdir, ama bu dersinki değildir: derste her biri gradyanın bütününü alır.",
        ),
        hint=Text(
            en="Try a window in which all entries are equal. What does the formula in the lesson send to each?",
            tr="Bütün öğeleri eşit olan bir pencere dene. Dersteki formül her birine ne gönderiyor?",
        ),
        look="mask",
        ways=({"route": lambda mask, dz, window, dA: mask * dz / mask.sum(axis=(1, 2), keepdims=True)},),
    ),
)
