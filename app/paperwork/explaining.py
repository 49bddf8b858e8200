"""What the page behind a printed code says: what this is, what to do, and whether the paper still counts."""

from app.papers.links import Found
from app.printing.documents import Language
from app.printing.formats import day
from app.printing.words import Phrase

_WHAT: dict[str, tuple[Phrase, Phrase]] = {
    "S": (
        Phrase("A box of ribbons", "Una caja de cintas"),
        Phrase(
            "This code stands on the packing slip of a box of {community}. If the box was sent to you: count each "
            "design, and confirm what you counted, also if the numbers differ. If you have found it: thank you, please "
            "write to {contact}.",
            "Este código está en la lista de empaque de una caja de {community}. Si la caja es para ti: cuenta cada "
            "diseño y confirma lo que contaste, también si los números no coinciden. Si la encontraste: gracias, "
            "escribe a {contact}.",
        ),
    ),
    "O": (
        Phrase("An order of ribbons", "Un pedido de cintas"),
        Phrase(
            "This code stands on an order sheet of {community}. The sheet in your hand is the order, with a proof of "
            "each ribbon in its true size. Questions go to {contact}.",
            "Este código está en una hoja de pedido de {community}. La hoja que tienes es el pedido, con una muestra "
            "de cada cinta a tamaño real. Las preguntas van a {contact}.",
        ),
    ),
    "C": (
        Phrase("A Conference Champion", "Una Conference Champion"),
        Phrase(
            "A Conference Champion of {community} brings ribbons to a conference, for everybody who belongs to us or "
            "stands with us. Ask her for one, wear it on your badge, and find the others.",
            "Una Conference Champion de {community} lleva cintas a un congreso, para quienes son parte de la "
            "comunidad o la apoyan. Pídele una, llévala en tu gafete y encuentra a las demás.",
        ),
    ),
    "M": (
        Phrase("We met", "Nos conocimos"),
        Phrase(
            "You have met somebody of {community} in person. Whoever wants to be named as met gives her own handle, "
            "and nothing is shown before she has confirmed it herself. To be named, write to {contact}.",
            "Conociste en persona a alguien de {community}. Quien quiera que se le nombre da su propio usuario, y nada "
            "se muestra antes de que ella misma lo confirme. Para que se te nombre, escribe a {contact}.",
        ),
    ),
    "P": (
        Phrase("A working paper", "Un documento de trabajo"),
        Phrase(
            "This code stands on a paper that {community} works with. If you have found it: thank you, please write to "
            "{contact}.",
            "Este código está en un documento con el que trabaja {community}. Si lo encontraste: gracias, escribe a "
            "{contact}.",
        ),
    ),
}
LETTERS = tuple(_WHAT)
"""What a code may begin with."""

_NOBODY = Phrase("whoever gave it to you", "quien te lo dio")
_UNKNOWN = (
    Phrase("We do not know this code", "No conocemos este código"),
    Phrase(
        "Compare it with the one below the pattern on your paper: sixteen digits and letters, in groups of four.",
        "Compáralo con el que está debajo del patrón en tu documento: dieciséis cifras y letras, en grupos de cuatro.",
    ),
)
_REVOKED = Phrase(
    "This code has been withdrawn and counts no longer. Ask {contact} for the paper that replaces it.",
    "Este código fue retirado y ya no vale. Pide a {contact} el documento que lo reemplaza.",
)
_RECEIVE = Phrase(
    "To confirm it, send your numbers to POST /api/v1/shipments/{shipment}/receive, or tell them to a coordinator.",
    "Para confirmarla, envía tus números a POST /api/v1/shipments/{shipment}/receive, o dilos a una coordinadora.",
)
_OUTDATED = Phrase(
    "The paper that you hold is revision {revision}. Revision {newest} was printed on {day}: what stands on yours may "
    "be wrong by now.",
    "El documento que tienes es la revisión {revision}. La revisión {newest} se imprimió el {day}: lo que dice el tuyo "
    "puede ya no ser correcto.",
)
_CURRENT = Phrase(
    "Yours is revision {revision}; no newer one was printed.",
    "El tuyo es la revisión {revision}; no se ha impreso una más nueva.",
)


def explain(found: Found, *, language: Language, community: str, contact: str) -> tuple[str, list[str]]:
    """A title, and sentences for whoever has scanned the code; they say nothing that the paper itself does not."""
    title, what = _WHAT[found.letter]
    contact = contact or _NOBODY.say(language)
    if found.revoked:
        return title.say(language), [_REVOKED.say(language, contact=contact)]
    said = [what.say(language, community=community, contact=contact)]
    if found.letter == "S":
        said.append(_RECEIVE.say(language, shipment=found.subject.rpartition(":")[2]))
    if found.outdated and found.newest_at is not None:
        on = day(found.newest_at.date(), language)
        said.append(_OUTDATED.say(language, revision=found.revision, newest=found.newest, day=on))
    elif found.revision:
        said.append(_CURRENT.say(language, revision=found.revision))
    return title.say(language), said


def explain_unknown(language: Language) -> tuple[str, str]:
    """A title and a sentence for whoever has typed a code that leads nowhere."""
    title, text = _UNKNOWN
    return title.say(language), text.say(language)
