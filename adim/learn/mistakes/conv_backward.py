"""What learners get wrong in `conv_backward`, the most common first."""

# ruff: noqa: ARG001, ARG005 - a piece is handed all that its replacements may need

from __future__ import annotations

from typing import Any

import numpy as np

from adim.learn.languages import Text
from adim.learn.mistakes import windows
from adim.learn.mistakes.forms import Array
from adim.learn.mistakes.record import Change, Mistake

FUNCTION = "conv_backward"


def _into(dA: Array, inside: Array, n_H_prev: int, n_W_prev: int) -> Array:
    """Return an array of the input's shape with what is inside copied into it, which raises where it does not fit."""
    dA_prev = np.zeros((len(dA), n_H_prev, n_W_prev, dA.shape[3]))
    dA_prev[...] = inside
    return dA_prev


def _never_filled(dA: Array, pad: int, n_H_prev: int, n_W_prev: int) -> Array:
    """Leave the gradient of the input as it was allocated."""
    return np.zeros((len(dA), n_H_prev, n_W_prev, dA.shape[3]))


def _last(each: Array, *_: Any) -> Array:
    """Keep the part of the batch's last example."""
    return np.asarray(each[-1])


def _last_only(dA: Array) -> Array:
    """Keep the gradient of the batch's last example, and no other."""
    kept = np.zeros_like(dA)
    kept[-1:] = dA[-1:]
    return kept


def _put(gradient: Array, place: Any, term: Array) -> None:
    """Write a term over what was there."""
    gradient[place] = term


def _add_last_filter(dA: Array, place: Any, term: Array) -> None:
    """Add the last filter's term only, as a line after the loop over the filters does."""
    dA[place] += term[..., -1]


def _put_last_filter(dA: Array, place: Any, term: Array) -> None:
    """Write the last filter's term over what was there, as a loop over the filters ends with it."""
    dA[place] = term[..., -1]


def _put_filters(dA: Array, place: Any, term: Array) -> None:
    """Write the sum of all filters' terms over what was there."""
    dA[place] = term.sum(axis=-1)


UNPADDED: Change = {"source": lambda A_prev_pad, A_prev: A_prev}
UNPADDED_DA: Change = {
    "allocate": lambda A_prev_pad, A_prev: np.zeros(A_prev.shape),
    "crop": lambda dA, pad, n_H_prev, n_W_prev: dA,
}
EXCHANGED_DA: Change = {"term_dA": lambda W, window, dz: window[..., np.newaxis] * dz}
EXCHANGED_DW: Change = {"term_dW": lambda W, window, dz: W * dz}

RECORDS = (
    windows.no_stride(FUNCTION),
    Mistake(
        key="conv_backward/assigns_dA",
        title=Text(en="dA_prev is overwritten, not added to", tr="dA_prev'e eklenmiyor, üzerine yazılıyor"),
        explanation=Text(
            en="A pixel that lies in several windows, or is seen by several filters, collects a gradient from each. "
            "Here every new part replaces the last one.",
            tr="Birkaç pencerede bulunan ya da birkaç süzgecin gördüğü bir piksel, her birinden bir gradyan toplar. "
            "Burada her yeni katkı bir öncekinin yerini alıyor.",
        ),
        hint=Text(
            en="Draw two windows that overlap, and colour the pixels in both. From how many outputs does their "
            "gradient come?",
            tr="Örtüşen iki pencere çiz, ikisinde birden bulunan pikselleri boya. Onların gradyanı kaç çıktıdan gelir?",
        ),
        look="accumulation",
        ways=({"put_dA": _put_last_filter}, {"put_dA": _put_filters}),
    ),
    Mistake(
        key="conv_backward/assigns_dW",
        title=Text(en="dW is overwritten, not added to", tr="dW'ye eklenmiyor, üzerine yazılıyor"),
        explanation=Text(
            en="A filter is used in every window of every example, and its gradient is the sum over all of them. Here "
            "only the last window counts.",
            tr="Bir süzgeç her örneğin her penceresinde kullanılır, gradyanı da hepsinin toplamıdır. Burada yalnızca "
            "son pencere sayılıyor.",
        ),
        hint=Text(
            en="How many entries of Z did one weight have a part in? Each of them sends something back.",
            tr="Bir ağırlığın Z'nin kaç öğesinde payı vardı? Her biri geriye bir şey gönderir.",
        ),
        look="accumulation",
        ways=({"put_dW": _put, "join_dW": _last}, {"put_dW": _put}),
    ),
    Mistake(
        key="conv_backward/assigns_db",
        title=Text(en="db is overwritten, not added to", tr="db'ye eklenmiyor, üzerine yazılıyor"),
        explanation=Text(
            en="A bias is added in every window of every example, and its gradient is the sum over all of them. Here "
            "only the last window counts.",
            tr="Bir yanlılık her örneğin her penceresinde eklenir, gradyanı da hepsinin toplamıdır. Burada yalnızca "
            "son pencere sayılıyor.",
        ),
        hint=Text(
            en="Take dZ full of ones. How many entries of Z did each bias go into, and what is your db?",
            tr="Birlerle dolu bir dZ al. Her yanlılık Z'nin kaç öğesine katıldı, senin db'n ne çıkıyor?",
        ),
        look="accumulation",
        ways=({"put_db": _put, "join_db": _last}, {"put_db": _put}),
    ),
    Mistake(
        key="conv_backward/last_example",
        title=Text(en="Only the last example counts", tr="Yalnızca son örnek sayılıyor"),
        explanation=Text(
            en="A gradient is set back to zeros in the loop over the examples, so that only what the last example "
            "gives is left. For a batch of one it is right.",
            tr="Bir gradyan, örneklerin döngüsü içinde yeniden sıfırlanıyor; geriye yalnızca son örneğin katkısı "
            "kalıyor. Tek örnekli bir yığında sonuç doğru.",
        ),
        hint=Text(
            en="Go through your code as if you were the computer, with two examples. Where do the gradients begin at "
            "zero, and how often?",
            tr="Kodunu iki örnekle, bilgisayarın yerine geçip adım adım izle. Gradyanlar nerede ve kaç kez sıfırdan "
            "başlıyor?",
        ),
        look="loops",
        ways=(
            {"join_dW": _last, "join_db": _last},
            {"join_dA": _last_only, "join_dW": _last, "join_db": _last},
            {"join_dW": _last},
            {"join_db": _last},
            {"join_dA": _last_only},
        ),
    ),
    Mistake(
        key="conv_backward/pad_zero",
        title=Text(en="Cropping fails where pad is 0", tr="pad 0 iken kırpma bozuluyor"),
        explanation=Text(
            en="The padding is cut off by counting from the far end. For pad = 0 that end is -0, which is 0, so that "
            "nothing is left of the gradient.",
            tr="Dolgu, uçtan geriye sayılarak kesiliyor. pad = 0 iken bu uç -0, yani 0 oluyor ve gradyandan geriye "
            "hiçbir şey kalmıyor.",
        ),
        hint=Text(
            en="Print x[0:-0] of any list x. How else can you say where the image ends inside its frame?",
            tr="Herhangi bir x listesi için x[0:-0] değerini yazdır. Görüntünün çerçeve içinde nerede bittiğini başka "
            "nasıl söyleyebilirsin?",
        ),
        look="crop",
        ways=(
            {"crop": lambda dA, pad, n_H_prev, n_W_prev: _into(dA, dA[:, pad:-pad, pad:-pad], n_H_prev, n_W_prev)},
            {"crop": lambda dA, pad, n_H_prev, n_W_prev: dA[:, pad:-pad, pad:-pad]},
        ),
    ),
    Mistake(
        key="conv_backward/unpadded",
        title=Text(en="The unpadded input is used", tr="Dolgusuz girdi kullanılıyor"),
        explanation=Text(
            en="The windows are cut from A_prev, or the gradient is added to an array of its shape, where the padded "
            "ones are meant. With padding they lie in the wrong place, and those at the far edges are cut short.",
            tr="Dolgulu diziler gerekirken pencereler A_prev'den kesiliyor ya da gradyan onun biçimindeki bir diziye "
            "ekleniyor. Dolgu varken pencereler yanlış yerde duruyor, uzak kenarlardakiler kısa kalıyor.",
        ),
        hint=Text(
            en="To which image do the corners of a window belong: to the one with the frame, or the one without?",
            tr="Bir pencerenin köşeleri hangi görüntüye aittir: çerçeveli olana mı, çerçevesiz olana mı?",
        ),
        look="window",
        ways=(UNPADDED, {**UNPADDED, **UNPADDED_DA}, UNPADDED_DA),
    ),
    Mistake(
        key="conv_backward/not_cropped",
        title=Text(en="The padding is not cut off", tr="Dolgu kesilip atılmıyor"),
        explanation=Text(
            en="dA_prev still has its frame, or the framed gradient is written into an array without one. It must have "
            "the shape of A_prev.",
            tr="dA_prev'in çerçevesi hâlâ duruyor ya da çerçeveli gradyan, çerçevesiz bir diziye yazılıyor. dA_prev, "
            "A_prev ile aynı biçimde olmalı.",
        ),
        hint=Text(
            en="Draw the padded image. Which rows and columns of it are A_prev?",
            tr="Dolgulu görüntüyü çiz. Hangi satırları ve sütunları A_prev'dir?",
        ),
        look="crop",
        ways=(
            {"crop": lambda dA, pad, n_H_prev, n_W_prev: dA},
            {"crop": lambda dA, pad, n_H_prev, n_W_prev: _into(dA, dA, n_H_prev, n_W_prev)},
        ),
    ),
    Mistake(
        key="conv_backward/crop_corner",
        title=Text(en="The wrong corner is cut out", tr="Yanlış köşe kesilip alınıyor"),
        explanation=Text(
            en="dA_prev has the right shape, but it was cut from a corner of the padded gradient, not from its middle. "
            "It is shifted wherever there is padding.",
            tr="dA_prev'in biçimi doğru, ama dolgulu gradyanın ortasından değil, bir köşesinden kesilmiş. Dolgu olan "
            "her durumda kaymış çıkıyor.",
        ),
        hint=Text(
            en="With pad = 2, in which row and column of the padded image does the first pixel of the image stand?",
            tr="pad = 2 iken görüntünün ilk pikseli, dolgulu görüntünün hangi satırında ve sütununda durur?",
        ),
        look="crop",
        ways=(
            {"crop": lambda dA, pad, n_H_prev, n_W_prev: dA[:, :n_H_prev, :n_W_prev]},
            {"crop": lambda dA, pad, n_H_prev, n_W_prev: dA[:, 2 * pad :, 2 * pad :]},
        ),
    ),
    Mistake(
        key="conv_backward/not_copied",
        title=Text(en="dA_prev is never filled", tr="dA_prev hiç doldurulmuyor"),
        explanation=Text(
            en="The gradient is collected in the padded array, but it never gets into dA_prev, which stays full of "
            "zeros.",
            tr="Gradyan dolgulu dizide toplanıyor, ama dA_prev'e hiç geçmiyor; dA_prev sıfırlarla dolu kalıyor.",
        ),
        hint=Text(
            en="Name the array that you add to, and the array that you return. What connects them?",
            tr="Üzerine eklediğin dizinin ve döndürdüğün dizinin adını söyle. İkisini ne bağlıyor?",
        ),
        look="crop",
        ways=({"crop": _never_filled},),
    ),
    windows.return_inside(FUNCTION)._replace(
        ways=(
            *windows.return_inside(FUNCTION).ways,
            *({**way, "crop": _never_filled} for way in windows.return_inside(FUNCTION).ways),
        ),
    ),
    windows.outside_loop(FUNCTION, {"put_dA": _add_last_filter}),
    windows.end_without_start(FUNCTION),
    Mistake(
        key="conv_backward/swapped_factors",
        title=Text(en="The factors are exchanged", tr="Çarpanlar yer değiştirmiş"),
        explanation=Text(
            en="The gradient of the input is made from the input, or that of the filter from the filter. The "
            "derivative of a product with respect to one factor is the other factor.",
            tr="Girdinin gradyanı girdiden ya da süzgecin gradyanı süzgeçten hesaplanıyor. Bir çarpımın bir çarpana "
            "göre türevi, öteki çarpandır.",
        ),
        hint=Text(
            en="For z = w a, what is the derivative of z with respect to w, and what with respect to a?",
            tr="z = w a ise z'nin w'ye göre türevi nedir, a'ya göre türevi nedir?",
        ),
        look="product",
        ways=({**EXCHANGED_DA, **EXCHANGED_DW}, EXCHANGED_DA, EXCHANGED_DW),
    ),
    Mistake(
        key="conv_backward/one_filter",
        title=Text(en="One filter is used for all channels", tr="Bütün kanallar için tek bir süzgeç kullanılıyor"),
        explanation=Text(
            en="Every channel of dZ goes back through the same filter. Each must go back through the filter that made "
            "it.",
            tr="dZ'nin her kanalı aynı süzgeçten geri geçiyor. Oysa her kanal, kendisini üreten süzgeçten geri "
            "geçmelidir.",
        ),
        hint=Text(
            en="Channel c of Z was made by which filter? Which index picks it out of W?",
            tr="Z'nin c kanalını hangi süzgeç üretti? W'nin içinden onu hangi indis seçer?",
        ),
        look="product",
        ways=(
            {"filters": lambda W: W[..., [0] * W.shape[3]]},
            {"filters": lambda W: W[..., [-1] * W.shape[3]]},
        ),
    ),
    Mistake(
        key="conv_backward/filter_of_dz",
        title=Text(
            en="One channel of dZ is used for all filters", tr="Bütün süzgeçler için dZ'nin tek bir kanalı kullanılıyor"
        ),
        explanation=Text(
            en="Every filter gets the gradient of the same output channel, so that all parts of dW or db look alike.",
            tr="Her süzgeç aynı çıktı kanalının gradyanını alıyor; bu yüzden dW'nin ya da db'nin bütün parçaları "
            "birbirine benziyor.",
        ),
        hint=Text(
            en="dZ has four axes. Which of your loops should move along the last one?",
            tr="dZ'nin dört ekseni var. Son eksen boyunca hangi döngün ilerlemeli?",
        ),
        look="product",
        ways=(
            {"gradient": lambda dZ: dZ[..., [0] * dZ.shape[3]]},
            {"term_dA": lambda W, window, dz: W * dz[..., :1]},
            {"term_dW": lambda W, window, dz: window[..., np.newaxis] * dz[..., [0] * dz.shape[-1]]},
            {"term_db": lambda dz, W: dz[..., :1]},
        ),
    ),
    Mistake(
        key="conv_backward/db_mean",
        title=Text(en="db is averaged, not summed", tr="db'nin toplamı değil, ortalaması alınıyor"),
        explanation=Text(
            en="db is divided by the number of examples or of windows. dZ is the gradient of the cost as it is: a "
            "mean, if there is one, is in it already.",
            tr="db, örnek sayısına ya da pencere sayısına bölünüyor. dZ zaten maliyetin gradyanıdır: bir ortalama "
            "varsa içinde hesaba katılmıştır.",
        ),
        hint=Text(
            en="Take dZ full of ones and no other input. What must db be for 2 examples of 3 by 3 outputs?",
            tr="Birlerle dolu bir dZ al. 2 örnek ve 3'e 3 çıktı için db ne olmalı?",
        ),
        look="bias",
        ways=(
            {"join_db": lambda db, n_H, n_W: db.mean(axis=0)},
            {"join_db": lambda db, n_H, n_W: db.mean(axis=0) / (n_H * n_W)},
            {"join_db": lambda db, n_H, n_W: db.sum(axis=0) / (n_H * n_W)},
        ),
    ),
    Mistake(
        key="conv_backward/dw_mean",
        title=Text(en="dW is averaged, not summed", tr="dW'nin toplamı değil, ortalaması alınıyor"),
        explanation=Text(
            en="dW is divided by the number of examples or of windows. dZ is the gradient of the cost as it is: a "
            "mean, if there is one, is in it already.",
            tr="dW, örnek sayısına ya da pencere sayısına bölünüyor. dZ zaten maliyetin gradyanıdır: bir ortalama "
            "varsa içinde hesaba katılmıştır.",
        ),
        hint=Text(
            en="Give the function the same example once, and then twice in one batch. How should dW change?",
            tr="Fonksiyona aynı örneği önce bir kez, sonra aynı yığında iki kez ver. dW nasıl değişmeli?",
        ),
        look="accumulation",
        ways=(
            {"join_dW": lambda dW, n_H, n_W: dW.mean(axis=0)},
            {"join_dW": lambda dW, n_H, n_W: dW.mean(axis=0) / (n_H * n_W)},
            {"join_dW": lambda dW, n_H, n_W: dW.sum(axis=0) / (n_H * n_W)},
        ),
    ),
    Mistake(
        key="conv_backward/db_overcounted",
        title=Text(en="Parts of db are counted more than once", tr="db'de katkılar birden çok kez sayılıyor"),
        explanation=Text(
            en="Each bias collects more than its own part: the gradients of all channels, or the same sum again in "
            "every round of a loop.",
            tr="Her yanlılık kendi payından fazlasını topluyor: bütün kanalların gradyanlarını ya da bir döngünün her "
            "turunda aynı toplamı yeniden.",
        ),
        hint=Text(
            en="Take dZ full of ones, and count by hand how many of them belong to one bias. By what factor is your db "
            "too large?",
            tr="Birlerle dolu bir dZ al, bir yanlılığa kaç tanesinin düştüğünü elle say. Senin db'n kaç kat büyük?",
        ),
        look="bias",
        ways=(
            {"term_db": lambda dz, W: dz.sum(axis=-1, keepdims=True)},
            {"term_db": lambda dz, W: dz * W[..., 0].size},
            {"term_db": lambda dz, W: dz * W.shape[2]},
            {"term_db": lambda dz, W: dz * W.shape[0] * W.shape[1]},
            {"join_db": lambda db, n_H, n_W: db.sum(axis=0) * (n_H * n_W)},
            {"join_db": lambda db, n_H, n_W: db.sum(axis=0) * (len(db) * n_H * n_W)},
            {"join_db": lambda db, n_H, n_W: db.sum(axis=0) * len(db)},
        ),
    ),
    windows.first_example(FUNCTION)._replace(
        ways=(
            *windows.first_example(FUNCTION).ways,
            {"gradient": lambda dZ: dZ[[0] * len(dZ)]},
        ),
    ),
    Mistake(
        key="conv_backward/carried",
        title=Text(en="dA_prev carries over to the next example", tr="dA_prev bir sonraki örneğe taşınıyor"),
        explanation=Text(
            en="All examples are collected in the same padded array, so that each example's gradient holds those of "
            "the examples before it as well. The first example is right.",
            tr="Bütün örnekler aynı dolgulu dizide toplanıyor; her örneğin gradyanına kendinden öncekilerin "
            "gradyanları da karışıyor. İlk örnek doğru.",
        ),
        hint=Text(
            en="Call the function with the batch, and with its second example alone. Should that example's dA_prev "
            "differ?",
            tr="Fonksiyonu bir yığınla, bir de yalnızca o yığının ikinci örneğiyle çağır. O örneğin dA_prev'i "
            "değişmeli mi?",
        ),
        look="window",
        ways=({"join_dA": lambda dA: dA.cumsum(axis=0)},),
    ),
    windows.exchanged(FUNCTION, windows.READ_ACROSS),
    windows.start_by_f(FUNCTION),
    windows.end_by_stride(FUNCTION),
    windows.end_included(FUNCTION),
    windows.end_beyond(FUNCTION),
    Mistake(
        key="conv_backward/order",
        title=Text(en="The gradients are returned in another order", tr="Gradyanlar başka bir sırada döndürülüyor"),
        explanation=Text(
            en="The three gradients are there, but not in the order dA_prev, dW, db.",
            tr="Üç gradyan da var, ama dA_prev, dW, db sırasında değil.",
        ),
        hint=Text(
            en="Print the shapes of the three in your order. Which of A_prev, W and b has which shape?",
            tr="Üçünün biçimini (shape) senin sıranla yazdır. A_prev, W ve b'den hangisinin biçimi hangisi?",
        ),
        look="return",
        ways=(
            {"answer": lambda dA_prev, dW, db: (dW, dA_prev, db)},
            {"answer": lambda dA_prev, dW, db: (dW, db, dA_prev)},
            {"answer": lambda dA_prev, dW, db: (dA_prev, db, dW)},
            {"answer": lambda dA_prev, dW, db: (db, dW, dA_prev)},
        ),
    ),
    Mistake(
        key="conv_backward/flipped",
        title=Text(en="The filters are turned round", tr="Süzgeçler ters çevriliyor"),
        explanation=Text(
            en="The filters are turned by 180 degrees, or their rows and columns are exchanged. Turning belongs to a "
            "formula that correlates all of dZ with the filter; window by window, as here, the filter stays as it is.",
            tr="Süzgeçler 180 derece döndürülüyor ya da satırları ile sütunları yer değiştiriyor. Döndürmek, dZ'nin "
            "bütününü süzgeçle ilişkilendiren başka bir formüle aittir; buradaki gibi pencere pencere ilerlerken "
            "süzgeç olduğu gibi kalır.",
        ),
        hint=Text(
            en="Take one window and one output. Which weight did the window's first pixel meet on the way forward?",
            tr="Tek bir pencere ve tek bir çıktı al. İleri yayılımda pencerenin ilk pikseli hangi ağırlıkla buluştu?",
        ),
        look="product",
        ways=(
            {"filters": lambda W: W[::-1, ::-1]},
            {"filters": lambda W: W[::-1, ::-1, ::-1]},
            {"filters": lambda W: W.swapaxes(0, 1)},
        ),
    ),
    Mistake(
        key="conv_backward/db_shape",
        title=Text(en="db has not the shape of b", tr="db'nin biçimi b'ninki gibi değil"),
        explanation=Text(
            en="The numbers in db are right, but it has one axis where b has four.",
            tr="db'deki sayılar doğru, ama b'nin dört ekseni varken db'nin tek ekseni var.",
        ),
        hint=Text(
            en="A gradient has the shape of what it is the gradient of. Print the shapes of b and db.",
            tr="Bir gradyan, neyin gradyanıysa onun biçimindedir. b'nin ve db'nin biçimini (shape) yazdır.",
        ),
        look="bias",
        ways=({"join_db": lambda db, n_H, n_W: db.sum(axis=0).ravel()},),
    ),
    Mistake(
        key="conv_backward/left_at_zero",
        title=Text(en="dW or db stays at zero", tr="dW ya da db sıfır olarak kalıyor"),
        explanation=Text(
            en="One of the gradients, or both, is returned as it was allocated: nothing was added to it.",
            tr="Gradyanlardan biri ya da ikisi oluşturulduğu gibi döndürülüyor: üzerine hiçbir şey eklenmemiş.",
        ),
        hint=Text(
            en="The lesson has a formula for each of the three gradients. Find the line of your code for each.",
            tr="Derste üç gradyanın her biri için bir formül var. Her birinin kodundaki satırını bul.",
        ),
        look="accumulation",
        ways=(
            {"join_dW": lambda dW, n_H, n_W: np.zeros(dW.shape[1:])},
            {"join_db": lambda db, n_H, n_W: np.zeros(db.shape[1:])},
            {
                "join_dW": lambda dW, n_H, n_W: np.zeros(dW.shape[1:]),
                "join_db": lambda db, n_H, n_W: np.zeros(db.shape[1:]),
            },
        ),
    ),
    Mistake(
        key="conv_backward/ignores_dZ",
        title=Text(en="dZ is not used", tr="dZ kullanılmıyor"),
        explanation=Text(
            en="The gradient of the output is left out of one product or of all, as if it were 1 everywhere.",
            tr="Çıktının gradyanı bir çarpımda ya da hepsinde unutulmuş; sanki her yerde 1'miş gibi.",
        ),
        hint=Text(
            en="Double dZ and call the function again. Which of the three gradients double, and which should?",
            tr="dZ'yi iki katına çıkarıp fonksiyonu yeniden çağır. Üç gradyandan hangileri iki katına çıkıyor, "
            "hangileri çıkmalı?",
        ),
        look="product",
        ways=(
            {"gradient": np.ones_like},
            {"term_dA": lambda W, window, dz: W * np.ones_like(dz)},
            {"term_dW": lambda W, window, dz: window[..., np.newaxis] * np.ones_like(dz)},
            {"term_db": lambda dz, W: np.ones_like(dz)},
        ),
    ),
)
