"""What the page behind a printed code says: what this is, what to do, and whether the paper still counts."""

from zoneinfo import ZoneInfo

from app.core.language import Language
from app.core.rules import Rules
from app.papers.links import Found
from app.printing.formats import day
from app.printing.words import Phrase

_WHAT: dict[str, tuple[Phrase, Phrase]] = {
    "S": (
        Phrase("A box of ribbons", "Una caja de cintas"),
        Phrase(
            "This code is on the packing slip of a box of badge ribbons of {community}. If the box was sent to you, "
            "tell the coordinators how many ribbons of each design you counted, even if the numbers differ. If you "
            "found it, thank you: please write to {contact}.",
            "Este código está en la lista de empaque de una caja de cintas para el gafete (escarapela) de {community}. "
            "Si la caja es para ti, dile al equipo de coordinación cuántas cintas de cada diseño contaste, aunque los "
            "números no coincidan. Si la encontraste, gracias: escribe a {contact}.",
        ),
    ),
    "O": (
        Phrase("An order of ribbons", "Un pedido de cintas"),
        Phrase(
            "This code is on an order sheet of {community}. The sheet is the order, with a proof of each badge ribbon "
            "at its true size. Questions? Write to {contact}.",
            "Este código está en una hoja de pedido de {community}. La hoja es el pedido, con una prueba de cada cinta "
            "para gafete a tamaño real. ¿Preguntas? Escribe a {contact}.",
        ),
    ),
    "C": (
        Phrase("A Conference Champion", "Conference Champion (reparte las cintas)"),
        Phrase(
            "This person brings ribbons of {community} to a conference, for everyone who belongs to us or stands with "
            "us. Ask for one, wear it on your badge, and find the others.",
            "Esta persona lleva cintas de {community} a un congreso, para quienes son parte de la comunidad o la "
            "apoyan. Pídele una, llévala en tu gafete y encuentra a quienes también la llevan.",
        ),
    ),
    "M": (
        Phrase("We met", "Nos conocimos"),
        Phrase(
            "You met someone of {community} in person. If you want to be named, write your handle here; whoever showed "
            "you the code then says that you met. Nothing is shown until you confirm it yourself.",
            "Conociste en persona a alguien de {community}. Si quieres que te nombren, escribe aquí tu usuario; quien "
            "te mostró el código dirá después que se conocieron. Nada se muestra hasta que tú lo confirmes.",
        ),
    ),
    "T": (
        Phrase("A letter of thanks", "Una carta de agradecimiento"),
        Phrase(
            "This code is on a letter in which {community} thanks a Conference Champion, a person who brought its "
            "badge ribbons to a conference. The letter is ours; this does not confirm a number of ribbons that it may "
            "name. Questions? Write to {contact}.",
            "Este código está en una carta en la que {community} agradece a una persona que llevó sus cintas para el "
            "gafete a un congreso como Conference Champion. La carta es nuestra; esto no confirma el número de cintas "
            "que pueda mencionar. ¿Preguntas? Escribe a {contact}.",
        ),
    ),
    "P": (
        Phrase("An internal document", "Un documento interno"),
        Phrase(
            "This code is on a document that {community} uses for its work. If you found it, thank you: please write "
            "to {contact}.",
            "Este código está en un documento interno de {community}. Si lo encontraste, gracias: escribe a {contact}.",
        ),
    ),
}
_COUNT = Phrase(
    "This code is on the packing slip of a box of badge ribbons of {community}. If the box was sent to you, count it "
    "and write the numbers here; you need not sign in. If you found it, thank you: please write to {contact}.",
    "Este código está en la lista de empaque de una caja de cintas para el gafete (escarapela) de {community}. Si la "
    "caja es para ti, cuéntala y escribe aquí los números; no tienes que entrar a tu cuenta. Si la encontraste, "
    "gracias: escribe a {contact}.",
)
_CALLED_OFF = {
    "T": Phrase(
        "This code is on a letter of thanks of {community} that does not count for now: its numbers are being put "
        "right. Questions? Write to {contact}.",
        "Este código está en una carta de agradecimiento de {community} que por ahora no es válida: sus números se "
        "están corrigiendo. ¿Preguntas? Escribe a {contact}.",
    ),
    "S": Phrase(
        "This box was cancelled: it is not sent, and nothing in it has to be counted. If you have it, please write to "
        "{contact}.",
        "Esta caja se canceló: no se envía y no hay nada que contar. Si la tienes, escribe a {contact}.",
    ),
    "O": Phrase(
        "This order was cancelled: nothing is to be made or delivered for it. Questions? Write to {contact}.",
        "Este pedido se canceló: no hay que fabricar ni entregar nada. ¿Preguntas? Escribe a {contact}.",
    ),
}
LETTERS = tuple(_WHAT)
"""What a code may begin with."""

_SENDER = Phrase("the sender on the label", "quien aparece como remitente en la etiqueta")
_GIVER = Phrase("the person who gave it to you", "la persona que te lo dio")
_UNKNOWN = (
    Phrase("We do not know this code", "No conocemos este código"),
    Phrase(
        "Compare it with the one below the QR code on your document: sixteen letters and numbers, in groups of four.",
        "Compáralo con el que está debajo del código QR de tu documento: dieciséis letras y números, en grupos de "
        "cuatro.",
    ),
)
_CANCELLED = Phrase(
    "This code was cancelled and no longer works. Ask {contact} for the document that replaces it.",
    "Este código fue anulado y ya no es válido. Pide a {contact} el documento que lo reemplaza.",
)
_OUTDATED = Phrase(
    "You have revision {revision}. Revision {newest} was printed on {day}: the information on yours may be out of "
    "date.",
    "Tienes la revisión {revision}. La revisión {newest} se imprimió el {day}: es posible que la tuya ya no esté al "
    "día.",
)
_CURRENT = Phrase(
    "You have revision {revision}; no newer one was printed.",
    "Tienes la revisión {revision}; no se ha impreso otra más reciente.",
)


def explain(found: Found, *, language: Language, rules: Rules, to_count: bool = False) -> tuple[str, list[str]]:
    """A title, and sentences for whoever has scanned the code; they say nothing that the paper itself does not.

    ``to_count``: there is a form for the count of the box. Where the community has no contact, they name whoever sent
    the box or gave the paper.
    """
    title, what = _WHAT[found.letter]
    contact = rules.contact_email or (_SENDER if found.letter == "S" else _GIVER).say(language)
    if found.revoked:
        return title.say(language), [_CANCELLED.say(language, contact=contact)]
    if found.called_off and found.letter in _CALLED_OFF:
        gone = _CALLED_OFF[found.letter].say(language, community=rules.community_name, contact=contact)
        return title.say(language), [gone]
    said = [(_COUNT if to_count else what).say(language, community=rules.community_name, contact=contact)]
    if found.outdated and found.newest_at is not None:
        on = day(found.newest_at.astimezone(ZoneInfo(rules.timezone)).date(), language)
        said.append(_OUTDATED.say(language, revision=found.revision, newest=found.newest, day=on))
    elif found.revision:
        said.append(_CURRENT.say(language, revision=found.revision))
    return title.say(language), said


def explain_unknown(language: Language) -> tuple[str, str]:
    """A title and a sentence for whoever has typed a code that leads nowhere."""
    title, text = _UNKNOWN
    return title.say(language), text.say(language)
