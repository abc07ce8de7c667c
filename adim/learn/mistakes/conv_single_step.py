"""What learners get wrong in `conv_single_step`, the most common first."""

# ruff: noqa: ARG005 - a piece is handed all that its replacements may need

from __future__ import annotations

from typing import Any

import numpy as np

from adim.learn.languages import Text
from adim.learn.mistakes.record import Mistake


def _to_float(*_: Any) -> Any:
    """Raise what ``float(b)`` raises from NumPy 2.4 on, under every NumPy."""
    raise TypeError("only 0-dimensional arrays can be converted to Python scalars")


RECORDS = (
    Mistake(
        key="conv_single_step/bias_before_sum",
        title=Text(en="The bias is added before the sum", tr="Yanlılık toplamdan önce ekleniyor"),
        explanation=Text(
            en="The bias is added to every product, and so it is counted once for every entry of the window. The "
            "result is off by (f f n_C_prev - 1) b.",
            tr="Yanlılık her çarpıma ekleniyor, böylece pencerenin her öğesi için bir kez sayılıyor. Sonuç (f f "
            "n_C_prev - 1) b kadar kayıyor.",
        ),
        hint=Text(
            en="Take a window of zeros and a bias of 1. What must come out, and what does your function give?",
            tr="Sıfırlardan oluşan bir pencere ve 1 değerinde bir yanlılık al. Sonuç ne olmalı, senin fonksiyonun ne "
            "veriyor?",
        ),
        look="bias",
        ways=({"spread": lambda s, b: s + b, "shift": lambda Z, b: Z},),
    ),
    Mistake(
        key="conv_single_step/no_bias",
        title=Text(en="The bias is missing", tr="Yanlılık eksik"),
        explanation=Text(
            en="The sum of the products is returned without the bias. The result is off by b, and right where b is 0.",
            tr="Çarpımların toplamı, yanlılık eklenmeden döndürülüyor. Sonuç b kadar kayıyor; b sıfırsa doğru çıkıyor.",
        ),
        hint=Text(
            en="The function takes three arguments. Does each of them take part in what you return?",
            tr="Fonksiyon üç argüman alıyor. Döndürdüğün sonuçta üçünün de payı var mı?",
        ),
        look="bias",
        ways=({"shift": lambda Z, b: Z},),
    ),
    Mistake(
        key="conv_single_step/float_of_bias",
        title=Text(en="float() is called on an array with axes", tr="float(), eksenleri olan bir diziye uygulanıyor"),
        explanation=Text(
            en="b has the shape (1, 1, 1): it holds one number, but it is an array with three axes. From NumPy 2.4 on, "
            "float() refuses such an array with a TypeError.",
            tr="b'nin biçimi (1, 1, 1): tek bir sayı tutuyor, ama üç ekseni olan bir dizi. NumPy 2.4'ten beri float() "
            "böyle bir diziyi TypeError ile geri çeviriyor.",
        ),
        hint=Text(
            en="How do you take one number out of an array with three axes? b.shape tells how many indices it takes.",
            tr="Üç eksenli bir diziden tek bir sayı nasıl alınır? Kaç indis gerektiğini b.shape söyler.",
        ),
        look="bias",
        ways=({"shift": _to_float},),
    ),
    Mistake(
        key="conv_single_step/returns_array",
        title=Text(en="The result is an array, not a number", tr="Sonuç bir sayı değil, bir dizi"),
        explanation=Text(
            en="The number is right, but it comes in an array: adding an array, b or a part of it, to a number gives "
            "an array. It does not fit into one entry of Z.",
            tr="Sayı doğru, ama bir dizinin içinde geliyor: bir sayıya b gibi bir dizi ya da onun bir parçası "
            "eklenince sonuç dizi olur. Böyle bir dizi Z'nin tek bir öğesine sığmaz.",
        ),
        hint=Text(
            en="Print the shape of b and the shape of what you return. Which of your steps makes a number into an "
            "array?",
            tr="b'nin ve döndürdüğün değerin biçimini (shape) yazdır. Hangi adımın bir sayıyı diziye çeviriyor?",
        ),
        look="bias",
        ways=({"shift": lambda Z, b: Z + b}, {"shift": lambda Z, b: Z + b[0, 0]}),
    ),
    Mistake(
        key="conv_single_step/not_summed",
        title=Text(en="The products are not summed up", tr="Çarpımlar toplanmıyor"),
        explanation=Text(
            en="The products are returned as an array, or summed along some of the axes only. One step must give one "
            "number.",
            tr="Çarpımlar dizi olarak döndürülüyor ya da yalnızca bazı eksenler boyunca toplanıyor. Bir adımın sonucu "
            "tek bir sayı olmalı.",
        ),
        hint=Text(
            en="Print the shape of what you return. A number has the shape (): which axes are left over, and why?",
            tr="Döndürdüğün değerin biçimini (shape) yazdır. Bir sayının biçimi () olur: hangi eksenler kalmış, neden?",
        ),
        look="product",
        ways=(
            {"total": lambda s: s},
            {"total": lambda s: s.sum(axis=0)},
            {"total": lambda s: s.sum(axis=(0, 1))},
            {"total": lambda s: s.sum(axis=-1)},
        ),
    ),
    Mistake(
        key="conv_single_step/matrix_product",
        title=Text(en="A matrix product instead of entry times entry", tr="Öğe öğe çarpım yerine matris çarpımı"),
        explanation=Text(
            en="np.dot and @ multiply rows with columns. A convolution multiplies each entry of the window with the "
            "entry of the filter at the same place.",
            tr="np.dot ve @, satırlarla sütunları çarpar. Evrişimde ise pencerenin her öğesi, süzgecin aynı yerdeki "
            "öğesiyle çarpılır.",
        ),
        hint=Text(
            en="Write a 2 by 2 window and a 2 by 2 filter on paper. Which number meets which, and how many products "
            "are there?",
            tr="Kâğıda 2'ye 2 bir pencere ve 2'ye 2 bir süzgeç yaz. Hangi sayı hangisiyle buluşuyor, kaç çarpım var?",
        ),
        look="product",
        ways=(
            {"multiply": np.dot},
            {"multiply": np.matmul},
        ),
    ),
    Mistake(
        key="conv_single_step/no_product",
        title=Text(en="The window is not multiplied by the filter", tr="Pencere süzgeçle çarpılmıyor"),
        explanation=Text(
            en="The entries of the window are summed without their weights, or the weights are added to them. The "
            "filter then cannot do its work.",
            tr="Pencerenin öğeleri ağırlıkları olmadan toplanıyor ya da ağırlıklar onlara ekleniyor. Süzgeç böyle "
            "işini yapamaz.",
        ),
        hint=Text(
            en="A filter of zeros must blot out every window. Does yours?",
            tr="Sıfırlardan oluşan bir süzgeç her pencereyi silmeli. Seninki siliyor mu?",
        ),
        look="product",
        ways=(
            {"multiply": lambda a_slice_prev, W: a_slice_prev},
            {"multiply": lambda a_slice_prev, W: a_slice_prev + W},
        ),
    ),
    Mistake(
        key="conv_single_step/mean",
        title=Text(en="The products are averaged, not summed", tr="Çarpımların toplamı değil, ortalaması alınıyor"),
        explanation=Text(
            en="The mean of the products is taken where their sum is meant. Before the bias, the result is too small "
            "by a factor of f f n_C_prev.",
            tr="Çarpımların toplamı gerekirken ortalaması alınıyor. Yanlılık eklenmeden önceki sonuç f f n_C_prev kat "
            "küçük kalıyor.",
        ),
        hint=Text(
            en="A window of ones and a filter of ones, both 2 by 2 with one channel, and no bias: what must come out?",
            tr="Birlerden oluşan 2'ye 2, tek kanallı bir pencere ve süzgeç al, yanlılık 0 olsun: sonuç ne olmalı?",
        ),
        look="product",
        ways=({"total": np.mean},),
    ),
    Mistake(
        key="conv_single_step/flipped",
        title=Text(en="The filter is turned round", tr="Süzgeç ters çevriliyor"),
        explanation=Text(
            en="The filter is turned by 180 degrees before it is multiplied, as mathematicians define convolution, or "
            "its rows and columns are exchanged. The course, like all deep learning, leaves it as it is.",
            tr="Süzgeç, matematikteki evrişim tanımında olduğu gibi, çarpılmadan önce 180 derece döndürülüyor ya da "
            "satırları ile sütunları yer değiştiriyor. Derin öğrenmede ve bu derste süzgeç olduğu gibi kalır.",
        ),
        hint=Text(
            en="Take a filter with a single 1 in its upper right corner. Which entry of the window must it pick out?",
            tr="Yalnızca sağ üst köşesinde 1 olan bir süzgeç al. Pencerenin hangi öğesini seçmeli?",
        ),
        look="product",
        ways=(
            {"multiply": lambda a_slice_prev, W: a_slice_prev * W[::-1, ::-1]},
            {"multiply": lambda a_slice_prev, W: a_slice_prev * W[::-1, ::-1, ::-1]},
            {"multiply": lambda a_slice_prev, W: a_slice_prev * W.swapaxes(0, 1)},
        ),
    ),
    Mistake(
        key="conv_single_step/relu",
        title=Text(en="An activation function is applied", tr="Bir etkinleştirme fonksiyonu uygulanıyor"),
        explanation=Text(
            en="The result goes through ReLU or another activation function. Z is what a layer computes before its "
            "activation function, which comes later and elsewhere.",
            tr="Sonuç, ReLU gibi bir etkinleştirme fonksiyonundan geçiriliyor. Z, katmanın etkinleştirme "
            "fonksiyonundan önceki sonucudur; etkinleştirme daha sonra, başka bir yerde gelir.",
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
        key="conv_single_step/sum_before_product",
        title=Text(
            en="The sums are multiplied, not the products summed", tr="Çarpımlar toplanmıyor, toplamlar çarpılıyor"
        ),
        explanation=Text(
            en="Window and filter are each summed first, and the two sums are multiplied. Which weight belongs to "
            "which entry is lost.",
            tr="Önce pencere ve süzgeç ayrı ayrı toplanıyor, sonra iki toplam çarpılıyor. Hangi ağırlığın hangi öğeye "
            "ait olduğu kayboluyor.",
        ),
        hint=Text(
            en="Take the window [1, 0] and the filter [0, 1], and work both ways out on paper. Are they equal?",
            tr="[1, 0] penceresini ve [0, 1] süzgecini al, iki yolu da kâğıt üzerinde hesapla. Sonuçlar eşit mi?",
        ),
        look="product",
        ways=({"multiply": lambda a_slice_prev, W: np.sum(a_slice_prev) * np.sum(W)},),
    ),
    Mistake(
        key="conv_single_step/bias_misused",
        title=Text(en="The bias is used in the wrong way", tr="Yanlılık yanlış kullanılıyor"),
        explanation=Text(
            en="The bias is subtracted, multiplied or added twice. It belongs to the sum, once.",
            tr="Yanlılık çıkarılıyor, çarpılıyor ya da iki kez ekleniyor. Oysa toplama bir kez eklenmelidir.",
        ),
        hint=Text(
            en="Take a window of zeros and a bias of 3. What must come out?",
            tr="Sıfırlardan oluşan bir pencere ve 3 değerinde bir yanlılık al. Sonuç ne olmalı?",
        ),
        look="bias",
        ways=(
            {"shift": lambda Z, b: Z - b[0, 0, 0]},
            {"shift": lambda Z, b: Z * b[0, 0, 0]},
            {"shift": lambda Z, b: Z + 2 * b[0, 0, 0]},
        ),
    ),
    Mistake(
        key="conv_single_step/one_channel",
        title=Text(en="Only one channel takes part", tr="Yalnızca bir kanal hesaba katılıyor"),
        explanation=Text(
            en="The products of one channel are summed, and those of all others left out. A filter reaches through all "
            "channels of its window.",
            tr="Yalnızca bir kanalın çarpımları toplanıyor, ötekiler dışarıda kalıyor. Oysa süzgeç, penceresinin bütün "
            "kanallarının içinden geçer.",
        ),
        hint=Text(
            en="How many products are there for f = 2 and 3 channels? Print the size of your array of products.",
            tr="f = 2 ve 3 kanal için kaç çarpım vardır? Çarpımlar dizinin öğe sayısını yazdır.",
        ),
        look="product",
        ways=(
            {"multiply": lambda a_slice_prev, W: (a_slice_prev * W)[..., 0]},
            {"multiply": lambda a_slice_prev, W: (a_slice_prev * W)[..., -1]},
        ),
    ),
)
