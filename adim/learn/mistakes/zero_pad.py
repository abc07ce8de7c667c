"""What learners get wrong in `zero_pad`, the most common first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adim.learn.languages import Text
from adim.learn.mistakes.forms import Array
from adim.learn.mistakes.record import Mistake


def both(pad: int) -> tuple[int, int]:
    """Pad an axis on both sides."""
    return pad, pad


def none(_: int) -> tuple[int, int]:
    """Do not pad an axis."""
    return 0, 0


ONE_SIDE = Text(en="The frame is on one side only", tr="Çerçeve yalnızca bir yanda")
ONE_SIDE_HINT = Text(
    en="np.pad takes two numbers for each axis. Draw an image with its frame: what does each of the two stand for?",
    tr="np.pad her eksen için iki sayı alır. Bir görüntüyü çerçevesiyle çiz: iki sayının her biri neyi gösterir?",
)


def _framed(X: Array, widths: Sequence[tuple[int, int]]) -> Array:
    """Return the images with their edge set to zero, and no larger than before."""
    (top, bottom), (left, right) = widths[1:3]
    framed = np.zeros_like(X)
    inside = slice(None), slice(top, X.shape[1] - bottom), slice(left, X.shape[2] - right)
    framed[inside] = X[inside]
    return framed


RECORDS = (
    Mistake(
        key="zero_pad/batch_axis",
        title=Text(en="The axis of the examples is padded", tr="Örneklerin ekseni de dolgulanıyor"),
        explanation=Text(
            en="Zeros are put before and after the examples as well, so that there are images in the batch that nobody "
            "gave. The rows and columns of each image are axes 1 and 2.",
            tr="Örneklerin başına ve sonuna da sıfırlar ekleniyor; yığında kimsenin vermediği görüntüler oluşuyor. Bir "
            "görüntünün satırları ve sütunları 1 ve 2 numaralı eksenlerdir.",
        ),
        hint=Text(
            en="Print the shape before and after. Which axes may grow, and which must not?",
            tr="Biçimi (shape) önce ve sonra yazdır. Hangi eksenler büyüyebilir, hangileri büyümemeli?",
        ),
        look="frame",
        ways=(
            {"examples": both, "columns": none},
            {"examples": both},
        ),
    ),
    Mistake(
        key="zero_pad/channel_axis",
        title=Text(en="The axis of the channels is padded", tr="Kanalların ekseni de dolgulanıyor"),
        explanation=Text(
            en="Channels of zeros are added. In this course the channels are the last axis, and the frame lies around "
            "the rows and columns only.",
            tr="Sıfırlardan oluşan kanallar ekleniyor. Bu derste kanallar son eksendir, çerçeve ise yalnızca "
            "satırların ve sütunların çevresindedir.",
        ),
        hint=Text(
            en="Print the shape before and after for images of 3 channels. How many channels must the padded image "
            "have?",
            tr="3 kanallı görüntüler için biçimi (shape) önce ve sonra yazdır. Dolgulu görüntünün kaç kanalı olmalı?",
        ),
        look="frame",
        ways=(
            {"channels": both, "rows": none},
            {"channels": both},
        ),
    ),
    Mistake(
        key="zero_pad/all_axes",
        title=Text(en="All four axes are padded", tr="Dört eksenin dördü de dolgulanıyor"),
        explanation=Text(
            en="One number for np.pad means every axis, so that examples and channels of zeros appear beside the "
            "frame.",
            tr="np.pad'e tek bir sayı vermek bütün eksenler demektir; çerçevenin yanında sıfırlardan oluşan örnekler "
            "ve kanallar da ortaya çıkıyor.",
        ),
        hint=Text(
            en="What does each of the four axes of X count? Around which of them does a frame lie?",
            tr="X'in dört ekseninin her biri neyi sayar? Çerçeve bunlardan hangilerinin çevresindedir?",
        ),
        look="frame",
        ways=({"examples": both, "channels": both},),
    ),
    Mistake(
        key="zero_pad/one_side",
        title=ONE_SIDE,
        explanation=Text(
            en="Zeros come above and to the left of each image, but not below and to the right.",
            tr="Sıfırlar her görüntünün üstüne ve soluna ekleniyor, altına ve sağına eklenmiyor.",
        ),
        hint=ONE_SIDE_HINT,
        look="frame",
        ways=({"rows": lambda pad: (pad, 0), "columns": lambda pad: (pad, 0)},),
    ),
    Mistake(
        key="zero_pad/one_side_after",
        title=ONE_SIDE,
        explanation=Text(
            en="Zeros come below and to the right of each image, but not above and to the left.",
            tr="Sıfırlar her görüntünün altına ve sağına ekleniyor, üstüne ve soluna eklenmiyor.",
        ),
        hint=ONE_SIDE_HINT,
        look="frame",
        ways=({"rows": lambda pad: (0, pad), "columns": lambda pad: (0, pad)},),
    ),
    Mistake(
        key="zero_pad/one_axis",
        title=Text(
            en="Only one of height and width is padded", tr="Yükseklik ile genişlikten yalnızca biri dolgulanıyor"
        ),
        explanation=Text(
            en="There are zeros above and below, or to the left and right, but not on all four sides.",
            tr="Sıfırlar yalnızca üstte ve altta ya da yalnızca solda ve sağda; dört yanda birden değil.",
        ),
        hint=Text(
            en="Pad one small image and print it. Which sides of the frame are missing?",
            tr="Küçük bir görüntüyü dolgula ve yazdır. Çerçevenin hangi kenarları eksik?",
        ),
        look="frame",
        ways=(
            {"columns": none},
            {"rows": none},
        ),
    ),
    Mistake(
        key="zero_pad/not_zero",
        title=Text(en="The frame is not made of zeros", tr="Çerçeve sıfırlardan oluşmuyor"),
        explanation=Text(
            en="The shape is right, but the frame holds other numbers: copies of the image's pixels, ones, or pad "
            "itself.",
            tr="Biçim doğru, ama çerçevede başka sayılar var: görüntünün piksellerinin kopyaları, birler ya da pad'in "
            "kendisi.",
        ),
        hint=Text(
            en="Pad an image of sevens by 1 and print it. Where do the numbers in your frame come from?",
            tr="Yedilerden oluşan bir görüntüyü 1 piksel dolgula ve yazdır. Çerçevendeki sayılar nereden geliyor?",
        ),
        look="frame",
        ways=(
            {"fill": lambda X, widths: np.pad(X, widths, mode="edge")},
            {"fill": lambda X, widths: np.pad(X, widths, constant_values=1)},
            {"fill": lambda X, widths: np.pad(X, widths, constant_values=max(map(max, widths)))},
            {"fill": lambda X, widths: np.pad(X, widths, mode="reflect")},
            {"fill": lambda X, widths: np.pad(X, widths, mode="symmetric")},
            {"fill": lambda X, widths: np.pad(X, widths, mode="wrap")},
        ),
    ),
    Mistake(
        key="zero_pad/corner",
        title=Text(en="The image lies in a corner of the frame", tr="Görüntü çerçevenin bir köşesinde duruyor"),
        explanation=Text(
            en="The shape is right, but the image was put into a corner of it and not into the middle. All zeros are "
            "on one side.",
            tr="Biçim doğru, ama görüntü ortaya değil bir köşeye yerleştirilmiş. Sıfırların hepsi bir yanda.",
        ),
        hint=Text(
            en="With pad = 2, in which row and column of the padded image does the image's first pixel belong?",
            tr="pad = 2 iken görüntünün ilk pikseli, dolgulu görüntünün hangi satırında ve sütununda olmalı?",
        ),
        look="window",
        ways=(
            {"rows": lambda pad: (0, 2 * pad), "columns": lambda pad: (0, 2 * pad)},
            {"rows": lambda pad: (2 * pad, 0), "columns": lambda pad: (2 * pad, 0)},
        ),
    ),
    Mistake(
        key="zero_pad/double",
        title=Text(en="The frame is twice as wide as it should be", tr="Çerçeve olması gerekenin iki katı genişlikte"),
        explanation=Text(
            en="Each side gets 2 pad zeros. The image grows by 2 pad in all: pad on one side, pad on the other.",
            tr="Her yana 2 pad sıfır ekleniyor. Oysa görüntü toplamda 2 pad büyür: bir yanda pad, öteki yanda pad.",
        ),
        hint=Text(
            en="How wide does an image of 3 columns become with pad = 1? Count it in a drawing.",
            tr="3 sütunlu bir görüntü pad = 1 ile kaç sütunlu olur? Bir çizimde say.",
        ),
        look="frame",
        ways=({"width": lambda pad: 2 * pad},),
    ),
    Mistake(
        key="zero_pad/fixed",
        title=Text(en="The frame's width does not depend on pad", tr="Çerçevenin genişliği pad'e bağlı değil"),
        explanation=Text(
            en="The frame is as wide whatever pad says, or there is none: a number stands in the code where pad is "
            "meant, or the padded image is not what is returned.",
            tr="pad ne derse desin çerçeve aynı genişlikte ya da hiç yok: kodda pad yerine bir sayı duruyor ya da "
            "döndürülen, dolgulu görüntü değil.",
        ),
        hint=Text(
            en="Call the function with pad = 0, 1 and 3, and print the three shapes.",
            tr="Fonksiyonu pad = 0, 1 ve 3 ile çağır, üç biçimi (shape) yazdır.",
        ),
        look="frame",
        ways=(
            {"width": lambda _: 1},
            {"width": lambda _: 2},
            {"width": lambda _: 0},
        ),
    ),
    Mistake(
        key="zero_pad/overwritten",
        title=Text(en="The frame covers the image's own pixels", tr="Çerçeve görüntünün kendi piksellerini örtüyor"),
        explanation=Text(
            en="The edge of the image is set to zero, but the image does not grow. Padding puts zeros around it and "
            "loses no pixel.",
            tr="Görüntünün kenarı sıfırlanıyor, ama görüntü büyümüyor. Oysa dolgu, sıfırları görüntünün çevresine "
            "ekler ve hiçbir piksel kaybolmaz.",
        ),
        hint=Text(
            en="Pad an image of ones by 1 and sum it up before and after. What should the two sums be?",
            tr="Birlerden oluşan bir görüntüyü 1 piksel dolgula, öncesinde ve sonrasında öğelerini topla. İki toplam "
            "ne olmalı?",
        ),
        look="allocation",
        ways=({"fill": _framed},),
    ),
)
