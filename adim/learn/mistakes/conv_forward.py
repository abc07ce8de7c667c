"""What learners get wrong in `conv_forward`, the most common first."""

# ruff: noqa: ARG005 - a piece is handed all that its replacements may need

from __future__ import annotations

from typing import Any

import numpy as np

from adim.learn.languages import Text
from adim.learn.mistakes import windows
from adim.learn.mistakes.forms import Array
from adim.learn.mistakes.record import Mistake

FUNCTION = "conv_forward"


def _its_own_channel(window: Array, W: Array) -> Array:
    """Return the products of filter c with the channel c of the window, a square: NumPy may or may not stretch it."""
    return np.stack(
        [window[:, np.newaxis, :, :, c] * W[..., c] for c in range(W.shape[3])],
        axis=-1,
    )


def _whole(window: Array, W: Array) -> Array:
    """Return the products of the window with all filters at once, laid side by side as NumPy sees fit."""
    return (window[:, np.newaxis] * W).reshape(len(window), 1, 1, -1, 1)


def _what_meets(window: Array, W: Array) -> Array:
    """Return the products of a window that is cut short with as much of the filters."""
    _, f_H, f_W, _ = window.shape
    return np.asarray(window[..., np.newaxis] * W[:f_H, :f_W])


def _of_sums(window: Array, W: Array) -> Array:
    """Return the product of the sums of the window and of each filter."""
    return np.asarray(window.sum(axis=(1, 2, 3), keepdims=True)[..., np.newaxis] * W.sum(axis=(0, 1, 2)))


def _into_one_entry(*_: Any) -> Any:
    """Raise what an array that is put into one entry of Z raises from NumPy 2.4 on, under every NumPy."""
    raise ValueError("setting an array element with a sequence.")


def _to_float(*_: Any) -> Any:
    """Raise what ``float(b)`` raises from NumPy 2.4 on, under every NumPy."""
    raise TypeError("only 0-dimensional arrays can be converted to Python scalars")


RECORDS = (
    windows.no_stride(FUNCTION),
    windows.end_without_start(FUNCTION),
    Mistake(
        key="conv_forward/unpadded",
        title=Text(en="The windows are cut from the unpadded input", tr="Pencereler dolgusuz girdiden kesiliyor"),
        explanation=Text(
            en="The padded input is made, but the windows come from A_prev itself. With padding they lie in the wrong "
            "place, and those at the far edges are cut short.",
            tr="Dolgulu girdi oluşturuluyor, ama pencereler A_prev'in kendisinden kesiliyor. Dolgu varken pencereler "
            "yanlış yerde duruyor, uzak kenarlardakiler de kısa kalıyor.",
        ),
        hint=Text(
            en="With pad = 1, what must the window of the first output hold in its upper left corner? Print yours.",
            tr="pad = 1 iken ilk çıktının penceresi sol üst köşesinde ne tutmalı? Seninkini yazdır.",
        ),
        look="window",
        ways=(
            {"source": lambda A_prev_pad, A_prev: A_prev},
            {"source": lambda A_prev_pad, A_prev: A_prev, "multiply": _what_meets},
        ),
    ),
    Mistake(
        key="conv_forward/one_filter",
        title=Text(en="One filter is used for all channels", tr="Bütün kanallar için tek bir süzgeç kullanılıyor"),
        explanation=Text(
            en="Every output channel is computed with the same filter, so that the channels of Z are equal but for "
            "their biases.",
            tr="Her çıktı kanalı aynı süzgeçle hesaplanıyor; bu yüzden Z'nin kanalları, yanlılıkları dışında eşit "
            "çıkıyor.",
        ),
        hint=Text(
            en="W holds n_C filters. Which of its four axes counts them, and which index do you put there?",
            tr="W'nin içinde n_C tane süzgeç var. Dört ekseninden hangisi onları sayar, oraya hangi indisi yazıyorsun?",
        ),
        look="product",
        ways=(
            {"filters": lambda W: W[..., [0] * W.shape[3]]},
            {"filters": lambda W: W[..., [-1] * W.shape[3]]},
        ),
    ),
    Mistake(
        key="conv_forward/all_filters",
        title=Text(en="All filters are used at once", tr="Bütün süzgeçler aynı anda kullanılıyor"),
        explanation=Text(
            en="W is passed whole where one filter is meant. Its shape does not fit that of the window; and where "
            "NumPy can stretch it to fit, all channels come out equal.",
            tr="Tek bir süzgeç gereken yere W bütünüyle veriliyor. Biçimi pencereninkine uymuyor; NumPy'nin "
            "uydurabildiği durumlarda ise bütün kanallar eşit çıkıyor.",
        ),
        hint=Text(
            en="Print the shape of the window and of the weights that you multiply it with. They should be the same.",
            tr="Pencerenin ve onunla çarptığın ağırlıkların biçimini (shape) yazdır. İkisi aynı olmalı.",
        ),
        look="product",
        ways=({"multiply": _whole},),
    ),
    Mistake(
        key="conv_forward/one_bias",
        title=Text(en="One bias is used for all filters", tr="Bütün süzgeçler için tek bir yanlılık kullanılıyor"),
        explanation=Text(
            en="Every filter has a bias of its own, but the same one is added for all. One channel of Z is right, and "
            "each other is off by a constant.",
            tr="Her süzgecin kendi yanlılığı var, ama hepsine aynısı ekleniyor. Z'nin bir kanalı doğru, ötekilerin her "
            "biri sabit bir miktar kayık.",
        ),
        hint=Text(
            en="Subtract your Z from the expected one. Is the difference the same in a whole channel? What should "
            "change from channel to channel?",
            tr="Beklenen Z'den kendi Z'ni çıkar. Fark bir kanal boyunca aynı mı? Kanaldan kanala ne değişmeliydi?",
        ),
        look="bias",
        ways=(
            {"biases": lambda b: b[..., [0] * b.shape[3]]},
            {"biases": lambda b: b[..., [-1] * b.shape[3]]},
        ),
    ),
    Mistake(
        key="conv_forward/no_bias",
        title=Text(en="The bias is missing", tr="Yanlılık eksik"),
        explanation=Text(
            en="Z holds the sums of the products without the biases. Each channel is off by its bias.",
            tr="Z, çarpımların toplamlarını yanlılıklar olmadan tutuyor. Her kanal kendi yanlılığı kadar kayık.",
        ),
        hint=Text(
            en="Give the function an input of zeros. What must Z hold then?",
            tr="Fonksiyona sıfırlardan oluşan bir girdi ver. O zaman Z'de ne olmalı?",
        ),
        look="bias",
        ways=({"shift": lambda Z, b: Z},),
    ),
    Mistake(
        key="conv_forward/bias_before_sum",
        title=Text(en="The bias is added before the sum", tr="Yanlılık toplamdan önce ekleniyor"),
        explanation=Text(
            en="The bias is added to every product, and so it is counted once for every entry of the window. Each "
            "channel is off by (f f n_C_prev - 1) times its bias.",
            tr="Yanlılık her çarpıma ekleniyor, böylece pencerenin her öğesi için bir kez sayılıyor. Her kanal, "
            "yanlılığının (f f n_C_prev - 1) katı kadar kayıyor.",
        ),
        hint=Text(
            en="Give the function an input of zeros and biases of 1. What must Z hold, and what does it hold?",
            tr="Fonksiyona sıfırlardan oluşan bir girdi ve 1 değerinde yanlılıklar ver. Z'de ne olmalı, ne var?",
        ),
        look="bias",
        ways=({"spread": lambda s, b: s + b[0, 0, 0], "shift": lambda Z, b: Z},),
    ),
    windows.return_inside(FUNCTION),
    windows.outside_loop(FUNCTION),
    windows.first_example(FUNCTION),
    Mistake(
        key="conv_forward/whole_batch",
        title=Text(en="The window takes in the whole batch", tr="Pencere bütün yığını içine alıyor"),
        explanation=Text(
            en="The window is cut from all examples at once, and the sum runs over all of them. Every example of Z "
            "holds the same numbers.",
            tr="Pencere bütün örneklerden birden kesiliyor, toplam da hepsinin üzerinden alınıyor. Z'nin her örneği "
            "aynı sayıları tutuyor.",
        ),
        hint=Text(
            en="Print the shape of one window. How many axes should it have, if it comes from one image?",
            tr="Bir pencerenin biçimini (shape) yazdır. Tek bir görüntüden geliyorsa kaç ekseni olmalı?",
        ),
        look="window",
        ways=({"example": lambda A: np.broadcast_to(A.sum(axis=0), A.shape)},),
    ),
    windows.swapped_axes(FUNCTION),
    windows.square(FUNCTION),
    windows.exchanged(FUNCTION, windows.WRITTEN_ACROSS),
    windows.rounded(FUNCTION),
    windows.no_plus_one(FUNCTION),
    windows.plus_one_inside(FUNCTION),
    windows.size_without_stride(FUNCTION),
    windows.size_of_input(FUNCTION),
    Mistake(
        key="conv_forward/pad_once",
        title=Text(
            en="The output's size does not count both paddings", tr="Çıktının boyutunda dolgu iki kez sayılmıyor"
        ),
        explanation=Text(
            en="Padding is put on both sides of the image, but it is counted once, or not at all, in the size of the "
            "output. Z is too small wherever there is padding.",
            tr="Dolgu görüntünün iki yanına da ekleniyor, ama çıktının boyutunda bir kez sayılıyor ya da hiç "
            "sayılmıyor. Dolgu olan her durumda Z küçük kalıyor.",
        ),
        hint=Text(
            en="How wide is an image of 4 columns after padding with pad = 2? Compare with the shape of your padded "
            "input.",
            tr="4 sütunlu bir görüntü pad = 2 ile dolgulanınca kaç sütunlu olur? Dolgulu girdinin biçimiyle "
            "karşılaştır.",
        ),
        look="size",
        ways=(
            {"size": lambda n_prev, f, stride, pad: (n_prev + pad - f) // stride + 1},
            {"size": lambda n_prev, f, stride, pad: (n_prev - f) // stride + 1},
        ),
    ),
    Mistake(
        key="conv_forward/too_few_axes",
        title=Text(en="Z is allocated with too few axes", tr="Z eksik eksenle oluşturuluyor"),
        explanation=Text(
            en="Z has three axes where it needs four: examples, rows, columns and channels. Writing to it raises an "
            "IndexError about too many indices.",
            tr="Z'nin dört ekseni olmalı: örnekler, satırlar, sütunlar ve kanallar; oysa üç ekseni var. Z'ye yazarken "
            "indislerin fazla olduğunu söyleyen bir IndexError çıkıyor.",
        ),
        hint=Text(
            en="What does each of the four loops count? Z needs an axis for each of them.",
            tr="Dört döngünün her biri neyi sayıyor? Z'nin her biri için bir ekseni olmalı.",
        ),
        look="allocation",
        ways=({"allocate": lambda m, n_H, n_W, n_C, n_C_prev: np.zeros((n_H, n_W, n_C))},),
    ),
    Mistake(
        key="conv_forward/input_channels",
        title=Text(en="Z has as many channels as the input", tr="Z'nin kanal sayısı girdininki kadar"),
        explanation=Text(
            en="Z is allocated with n_C_prev channels, but each filter makes one channel of the output, and there are "
            "n_C filters.",
            tr="Z, n_C_prev kanalla oluşturuluyor; oysa her süzgeç çıktının bir kanalını üretir ve n_C tane süzgeç "
            "vardır.",
        ),
        hint=Text(
            en="Try an input of 3 channels and 5 filters. How many feature maps must come out?",
            tr="3 kanallı bir girdi ve 5 süzgeç dene. Kaç öznitelik haritası çıkmalı?",
        ),
        look="allocation",
        ways=({"allocate": lambda m, n_H, n_W, n_C, n_C_prev: np.zeros((m, n_H, n_W, n_C_prev))},),
    ),
    Mistake(
        key="conv_forward/one_channel",
        title=Text(en="Only one channel of the input is used", tr="Girdinin yalnızca bir kanalı kullanılıyor"),
        explanation=Text(
            en="The window is cut from one channel of the input, though every filter reaches through all of them. It "
            "is right only for input of one channel.",
            tr="Pencere girdinin tek bir kanalından kesiliyor; oysa her süzgeç bütün kanalların içinden geçer. "
            "Yalnızca tek kanallı girdilerde sonuç doğru.",
        ),
        hint=Text(
            en="A filter has the shape (f, f, n_C_prev). Print the shape of the window that it meets.",
            tr="Bir süzgecin biçimi (f, f, n_C_prev). Karşılaştığı pencerenin biçimini (shape) yazdır.",
        ),
        look="window",
        ways=(
            {"multiply": _its_own_channel},
            {"multiply": lambda window, W: window[:, :, :, :1, np.newaxis] * W},
            {"multiply": lambda window, W: window[:, :, :, :1, np.newaxis] * W[:, :, :1]},
            {"multiply": lambda window, W: window[:, :, :, -1:, np.newaxis] * W[:, :, -1:]},
        ),
    ),
    windows.start_by_f(FUNCTION),
    windows.end_by_stride(FUNCTION),
    windows.end_included(FUNCTION),
    windows.end_beyond(FUNCTION),
    Mistake(
        key="conv_forward/cache_padded",
        title=Text(en="The cache holds the padded input", tr="Önbellekte dolgulu girdi duruyor"),
        explanation=Text(
            en="Z is right, but the cache keeps A_prev_pad in place of A_prev. The backward pass would pad it once "
            "more.",
            tr="Z doğru, ama önbellekte A_prev yerine A_prev_pad saklanıyor. Geri yayılım onu bir kez daha dolgular.",
        ),
        hint=Text(
            en="Print the shape of the first array in your cache beside the shape of the input.",
            tr="Önbelleğindeki ilk dizinin biçimini (shape), girdinin biçimiyle yan yana yazdır.",
        ),
        look="return",
        ways=({"cache": lambda A_prev, W, b, hparameters, A_prev_pad: (A_prev_pad, W, b, hparameters)},),
    ),
    Mistake(
        key="conv_forward/cache_order",
        title=Text(en="The cache is in another order", tr="Önbelleğin sırası farklı"),
        explanation=Text(
            en="Z is right, but what the cache holds does not stand in the order that the backward pass unpacks.",
            tr="Z doğru, ama önbellektekiler geri yayılımın beklediği sırada durmuyor.",
        ),
        hint=Text(
            en="In which order does the function take its four arguments? The cache keeps that order.",
            tr="Fonksiyon dört argümanını hangi sırayla alıyor? Önbellek de aynı sırayı korur.",
        ),
        look="return",
        ways=(
            {"cache": lambda A_prev, W, b, hparameters, A_prev_pad: (W, A_prev, b, hparameters)},
            {"cache": lambda A_prev, W, b, hparameters, A_prev_pad: (W, b, A_prev, hparameters)},
            {"cache": lambda A_prev, W, b, hparameters, A_prev_pad: (A_prev, b, W, hparameters)},
            {"cache": lambda A_prev, W, b, hparameters, A_prev_pad: (hparameters, A_prev, W, b)},
            {"cache": lambda A_prev, W, b, hparameters, A_prev_pad: (A_prev, W, hparameters, b)},
        ),
    ),
    Mistake(
        key="conv_forward/no_cache",
        title=Text(en="The cache is not returned", tr="Önbellek döndürülmüyor"),
        explanation=Text(
            en="The function returns Z alone, or Z with less in the cache than the backward pass needs.",
            tr="Fonksiyon yalnızca Z'yi döndürüyor ya da önbellekte geri yayılımın gerek duyduğundan daha azı var.",
        ),
        hint=Text(
            en="The function's description names two things that it returns. Count yours.",
            tr="Fonksiyonun açıklaması, döndürdüğü iki şeyi sayıyor. Seninkileri say.",
        ),
        look="return",
        ways=(
            {"answer": lambda Z, cache: Z},
            {"answer": lambda Z, cache: (Z, None)},
            {"answer": lambda Z, cache: (Z, cache[:3])},
        ),
    ),
    Mistake(
        key="conv_forward/float_of_bias",
        title=Text(en="float() is called on an array with axes", tr="float(), eksenleri olan bir diziye uygulanıyor"),
        explanation=Text(
            en="The bias of one filter still has three axes of length 1. From NumPy 2.4 on, float() refuses such an "
            "array with a TypeError.",
            tr="Bir süzgecin yanlılığının hâlâ uzunluğu 1 olan üç ekseni var. NumPy 2.4'ten beri float() böyle bir "
            "diziyi TypeError ile geri çeviriyor.",
        ),
        hint=Text(
            en="How do you take one number out of an array with several axes? Its shape tells how many indices it "
            "takes.",
            tr="Birkaç eksenli bir diziden tek bir sayı nasıl alınır? Kaç indis gerektiğini dizinin biçimi söyler.",
        ),
        look="bias",
        ways=({"shift": _to_float},),
    ),
    Mistake(
        key="conv_forward/bias_array",
        title=Text(en="An array is put into one entry of Z", tr="Z'nin tek bir öğesine bir dizi yazılıyor"),
        explanation=Text(
            en="Adding an array, b or a part of it, to a number gives an array. NumPy refuses to put that into one "
            "entry of Z and raises a ValueError.",
            tr="Bir sayıya b gibi bir dizi ya da onun bir parçası eklenince sonuç dizi olur. NumPy bunu Z'nin tek bir "
            "öğesine yazmayı ValueError ile geri çevirir.",
        ),
        hint=Text(
            en="Print the shape of what you write into Z. It must be (), that of a number: where do the axes come "
            "from?",
            tr="Z'ye yazdığın değerin biçimini (shape) yazdır. Bir sayınınki gibi () olmalı: eksenler nereden geliyor?",
        ),
        look="bias",
        ways=({"shift": _into_one_entry},),
    ),
    windows.hparameters_ignored(
        FUNCTION,
        lambda stride, pad: (1, pad),
        lambda stride, pad: (2, pad),
        lambda stride, pad: (stride, 0),
        lambda stride, pad: (stride, 2),
        lambda stride, pad: (pad, stride),
        lambda stride, pad: (1, 0),
    ),
    Mistake(
        key="conv_forward/flipped",
        title=Text(en="The filters are turned round", tr="Süzgeçler ters çevriliyor"),
        explanation=Text(
            en="The filters are turned by 180 degrees, as mathematicians define convolution, or their rows and columns "
            "are exchanged. The course, like all deep learning, leaves them as they are.",
            tr="Süzgeçler, matematikteki evrişim tanımında olduğu gibi 180 derece döndürülüyor ya da satırları ile "
            "sütunları yer değiştiriyor. Derin öğrenmede ve bu derste süzgeçler olduğu gibi kalır.",
        ),
        hint=Text(
            en="Take a filter with a single 1 in its upper right corner. Which pixel of each window must Z hold?",
            tr="Yalnızca sağ üst köşesinde 1 olan bir süzgeç al. Z, her pencerenin hangi pikselini tutmalı?",
        ),
        look="product",
        ways=(
            {"filters": lambda W: W[::-1, ::-1]},
            {"filters": lambda W: W[::-1, ::-1, ::-1]},
            {"filters": lambda W: W.swapaxes(0, 1)},
        ),
    ),
    Mistake(
        key="conv_forward/relu",
        title=Text(en="An activation function is applied", tr="Bir etkinleştirme fonksiyonu uygulanıyor"),
        explanation=Text(
            en="The result goes through ReLU or another activation function. Z is the layer's output before the "
            "activation function, which comes later and elsewhere.",
            tr="Sonuç, ReLU gibi bir etkinleştirme fonksiyonundan geçiriliyor. Z, katmanın etkinleştirme "
            "fonksiyonundan önceki çıktısıdır; etkinleştirme daha sonra, başka bir yerde gelir.",
        ),
        hint=Text(
            en="May Z be negative? Look at how the lesson tells Z from A.",
            tr="Z negatif olabilir mi? Dersin Z ile A'yı nasıl ayırdığına bak.",
        ),
        look="return",
        ways=(
            {"finish": lambda Z: np.maximum(Z, 0)},
            {"finish": np.tanh},
            {"finish": lambda Z: 1 / (1 + np.exp(-Z))},
        ),
    ),
    Mistake(
        key="conv_forward/sum_before_product",
        title=Text(
            en="The sums are multiplied, not the products summed", tr="Çarpımlar toplanmıyor, toplamlar çarpılıyor"
        ),
        explanation=Text(
            en="Window and filter are each summed first, and the two sums are multiplied. Which weight belongs to "
            "which pixel is lost.",
            tr="Önce pencere ve süzgeç ayrı ayrı toplanıyor, sonra iki toplam çarpılıyor. Hangi ağırlığın hangi "
            "piksele ait olduğu kayboluyor.",
        ),
        hint=Text(
            en="Take the window [1, 0] and the filter [0, 1], and work both ways out on paper. Are they equal?",
            tr="[1, 0] penceresini ve [0, 1] süzgecini al, iki yolu da kâğıt üzerinde hesapla. Sonuçlar eşit mi?",
        ),
        look="product",
        ways=({"multiply": _of_sums},),
    ),
    Mistake(
        key="conv_forward/mean",
        title=Text(en="The products are averaged, not summed", tr="Çarpımların toplamı değil, ortalaması alınıyor"),
        explanation=Text(
            en="The mean of the products is taken where their sum is meant. Before the bias, each entry of Z is too "
            "small by a factor of f f n_C_prev.",
            tr="Çarpımların toplamı gerekirken ortalaması alınıyor. Z'nin her öğesi, yanlılık eklenmeden önce f f "
            "n_C_prev kat küçük kalıyor.",
        ),
        hint=Text(
            en="An image of ones and a filter of ones, 2 by 2 with one channel, and no bias: what must each entry of Z "
            "be?",
            tr="Birlerden oluşan bir görüntü ve 2'ye 2, tek kanallı bir süzgeç al, yanlılık 0 olsun: Z'nin her öğesi "
            "ne olmalı?",
        ),
        look="product",
        ways=({"total": lambda s: s.sum(axis=(1, 2, 3)) / s[0, ..., 0].size},),
    ),
    Mistake(
        key="conv_forward/bias_misused",
        title=Text(en="The bias is used in the wrong way", tr="Yanlılık yanlış kullanılıyor"),
        explanation=Text(
            en="The bias is subtracted, multiplied or added twice. It belongs to the sum, once.",
            tr="Yanlılık çıkarılıyor, çarpılıyor ya da iki kez ekleniyor. Oysa toplama bir kez eklenmelidir.",
        ),
        hint=Text(
            en="Take an image of zeros and biases of 3. What must Z hold?",
            tr="Sıfırlardan oluşan bir görüntü ve 3 değerinde yanlılıklar al. Z'de ne olmalı?",
        ),
        look="bias",
        ways=(
            {"shift": lambda Z, b: Z - b[0, 0, 0]},
            {"shift": lambda Z, b: Z * b[0, 0, 0]},
            {"shift": lambda Z, b: Z + 2 * b[0, 0, 0]},
        ),
    ),
)
