"""The mistakes about the mode of a pooling, which its forward and its backward pass share.

Each is a function from a function's name to its record of the mistake.
"""

# ruff: noqa: ARG005 - a piece is handed all that its replacements may need

from __future__ import annotations

from adim.learn.languages import Text
from adim.learn.mistakes.record import Mistake


def mode_ignored(function: str) -> Mistake:
    """Return the record of a pooling that does the same in both modes."""
    return Mistake(
        key=f"{function}/mode_ignored",
        title=Text(en="The mode is not looked at", tr="mode argümanına bakılmıyor"),
        explanation=Text(
            en='The function does the same for "max" and for "average". One of the two modes is right.',
            tr='Fonksiyon "max" için de "average" için de aynı işi yapıyor. İki kipten yalnızca biri doğru.',
        ),
        hint=Text(
            en="Call the function twice on the same input, once in each mode. Where in your code do the two part ways?",
            tr="Fonksiyonu aynı girdiyle iki kez, her kipte bir kez çağır. Kodunda ikisinin yolu nerede ayrılıyor?",
        ),
        look="signature",
        ways=({"mode": lambda mode: "max"}, {"mode": lambda mode: "average"}),
    )


def modes_swapped(function: str) -> Mistake:
    """Return the record of a pooling whose modes are exchanged."""
    return Mistake(
        key=f"{function}/modes_swapped",
        title=Text(en="The two modes are exchanged", tr="İki kip yer değiştirmiş"),
        explanation=Text(
            en='"max" does what "average" should do, and the other way round. Each is right in itself.',
            tr='"max", "average"ın yapması gerekeni yapıyor; "average" da "max"ınkini. Her biri kendi içinde doğru.',
        ),
        hint=Text(
            en="Call the function with each mode on an input that you can work out by hand. Which result belongs to "
            "which?",
            tr="Fonksiyonu elle hesaplayabileceğin bir girdiyle her iki kipte çağır. Hangi sonuç hangi kipe ait?",
        ),
        look="signature",
        ways=({"mode": {"max": "average", "average": "max"}.__getitem__},),
    )


def mode_unknown(function: str) -> Mistake:
    """Return the record of a pooling that does nothing in one of the modes."""
    return Mistake(
        key=f"{function}/mode_unknown",
        title=Text(en="One mode does nothing", tr="Kiplerden biri hiçbir şey yapmıyor"),
        explanation=Text(
            en="In one of the modes the result stays full of zeros: no branch of the code runs for it. The modes are "
            'called "max" and "average".',
            tr="Kiplerden birinde sonuç sıfırlarla dolu kalıyor: kodun hiçbir dalı o kip için çalışmıyor. Kiplerin "
            'adları "max" ve "average".',
        ),
        hint=Text(
            en="Print a word in each branch, and call the function in both modes. Which branch is never reached, and "
            "how is its mode spelt?",
            tr="Her dalda bir sözcük yazdır ve fonksiyonu iki kipte de çağır. Hangi dala hiç girilmiyor, orada kipin "
            "adı nasıl yazılmış?",
        ),
        look="signature",
        ways=(
            {"mode": lambda mode: "" if mode == "average" else mode},
            {"mode": lambda mode: "" if mode == "max" else mode},
        ),
    )
