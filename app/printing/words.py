"""The words of the papers, English beside Spanish (the reader is "tú"). Whole sentences, never glued from pieces."""

from dataclasses import dataclass

from app.core.language import Language
from app.core.text import fold


@dataclass(frozen=True)
class Phrase:
    """One label or sentence in both languages; ``{name}`` marks what is filled in, the same names in both."""

    en: str
    es: str

    def say(self, language: Language, **values: object) -> str:
        """The phrase in ``language``, filled in."""
        return (self.es if language == "es" else self.en).format(**values)


class Names:
    """Names that somebody has entered in one language and that are read in the other, too."""

    def __init__(self, *names: Phrase) -> None:
        self.all = names
        self._known = {fold(said): name for name in names for said in (name.en, name.es)}

    def say(self, entered: str, language: Language) -> str:
        """The name in ``language``, found whatever its case and accents; an unknown one as it was entered."""
        known = self._known.get(fold(entered))
        return known.say(language) if known else entered


# On every paper
REVISION = Phrase("Revision {revision}", "Revisión {revision}")
COPY = Phrase("Copy {copy}", "Copia {copy}")
PAGE = Phrase("Page {page} of {pages}", "Página {page} de {pages}")
PRINTED = Phrase("Printed {when}", "Impreso el {when}")
NOTE = Phrase("Note", "Nota")
NO_DATE = Phrase("No date", "Sin fecha")

# Tables
DESIGN = Phrase("Design", "Diseño")
COLORS = Phrase("Colors", "Colores")
SIZE = Phrase("Size", "Tamaño")
PACKS = Phrase("Packs", "Paquetes")
PIECES = Phrase("Pieces", "Piezas")
SIZE_MM = Phrase("{width} × {height} mm", "{width} × {height} mm")
SIZE_INCHES = Phrase("{width} × {height} in", "{width} × {height} pulg.")

# Order sheet
ORDER_SHEET = Phrase("Order sheet", "Hoja de pedido")
ORDERED_ON = Phrase("Ordered on", "Fecha del pedido")
NEEDED_BY = Phrase("Needed by", "Fecha límite")
RIBBONS = Phrase("Ribbons", "Cintas")
DESIGNS = Phrase("Designs", "Diseños")
VENDOR = Phrase("Vendor", "Proveedor")
SHIP_TO = Phrase("Ship to", "Enviar a")
UNIT_COST = Phrase("Unit cost", "Costo unitario")
LINE_TOTAL = Phrase("Amount", "Importe")
ORDER_TOTAL = Phrase("Order total", "Total del pedido")
LENGTH = Phrase("{mm} mm · {inches} in", "{mm} mm · {inches} pulg.")

# Packing slip
PACKING_SLIP = Phrase("Packing slip", "Lista de empaque")
FROM = Phrase("From", "De")
TO = Phrase("To", "Para")
CONFERENCE = Phrase("Conference", "Congreso")
MUST_ARRIVE_BY = Phrase("Must arrive by", "Debe llegar a más tardar el")
CARRIER = Phrase("Carrier", "Empresa de envíos")
TRACKING_NUMBER = Phrase("Tracking number", "Número de rastreo (guía)")
COUNTED = Phrase("Counted", "Contadas")
BOX_TOTAL = Phrase("Ribbons in this box", "Cintas en esta caja")
COUNTED_BY = Phrase("Counted by", "Contado por")
COUNTED_ON = Phrase("Counted on", "Fecha del conteo")
DIFFERS = Phrase("If your count differs", "Si tu conteo no coincide")
DIFFERS_HELP = Phrase(
    "Count each design before you hand out the first ribbon, and write the number in its “Counted” field. A difference "
    "is no problem once it is written down. Keep this slip until the box is confirmed. Enter your numbers where the "
    "code on page 1 leads; you do not need to sign in:\n{link}",
    "Cuenta cada diseño antes de repartir la primera cinta y anota el número en su campo “Contadas”. Una diferencia no "
    "es problema si queda anotada. Guarda esta lista hasta confirmar la caja. Registra tus números, sin entrar a tu "
    "cuenta, en la página que abre el código de la página 1:\n{link}",
)
