"""The words of the champion's kit. What champions say stands in both languages: they meet people of both."""

from app.printing.words import Phrase

TITLE = Phrase("Champion kit", "Kit para el congreso")
SHOW = Phrase("For whoever asks about the ribbons", "Para quien pregunte por las cintas")

# What the ribbon means
MEANING = Phrase(
    "One ribbon is enough to know: you are not the only one here.",
    "Basta una cinta para saber que aquí hay más personas como tú.",
)
MEANING_TEXT = Phrase(
    "{hashtag} stands for physicians, residents and students who find each other: in the line for coffee, in the last "
    "row, in the hallway. Whoever wears the badge ribbon says: come and say hello. Thank you for bringing it, "
    "{champion}.",
    "{hashtag} reúne a médicas, médicos, residentes y estudiantes: en la fila del café, al fondo de la sala, en el "
    "pasillo. Quien lleva la cinta en el gafete (escarapela) dice: acércate y saluda. Gracias por traerla, {champion}.",
)

# The conference and the numbers
CONFERENCE = Phrase("Your conference", "Tu congreso")
REQUESTED = Phrase("Ribbons requested: {count}", "Cintas pedidas: {count}")
IN_HAND = Phrase("In your hands", "En tus manos")
ON_THE_WAY = Phrase("On the way", "En camino")
HANDED_OUT = Phrase("Handed out", "Repartidas")
LEFT = Phrase("Left over", "Sobrantes")
NO_RIBBONS = Phrase(
    "No ribbons are on the way to you yet. Print this sheet again once they are.",
    "Todavía no hay cintas en camino. Imprime esta hoja de nuevo cuando las haya.",
)

# What to say
SCRIPT_TITLE = Phrase("What you might say", "Lo que puedes decir")
SCRIPT: tuple[tuple[Phrase, Phrase], ...] = (
    (
        Phrase("Say hello", "Saluda"),
        Phrase(
            "“Hi! I brought ribbons for {hashtag}, so that we can find each other. Would you like one?”",
            "“¡Hola! Traje cintas de {hashtag}, para que nos encontremos. ¿Te gustaría una?”",
        ),
    ),
    (
        Phrase("Ask first, always", "Siempre pregunta antes"),
        Phrase(
            "“May I take a photo with you? May I mention your name? Only if you want to. It’s fine to say no.”",
            "“¿Puedo tomarme una foto contigo? ¿Puedo mencionar tu nombre? Solo si quieres. Está bien decir que no.”",
        ),
    ),
    (
        Phrase("Stay in touch", "Mantente en contacto"),
        Phrase(
            "“Scan this code if you want to be on our list. Nothing is shown until you say yes.”",
            "“Escanea este código si quieres aparecer. Nada se muestra hasta que digas que sí.”",
        ),
    ),
    (
        Phrase("And if the answer is no", "Y si dice que no"),
        Phrase(
            "No reason is needed. Smile and wish them a good conference.",
            "No hacen falta motivos. Sonríe y deséale un buen congreso.",
        ),
    ),
)

# We met
WE_MET = Phrase("We met!", "¡Nos conocimos!")
WE_MET_HELP = Phrase(
    "Scan the code if we met and you want to be on our list.",
    "Escanea si nos conocimos y quieres aparecer.",
)

# At the end
AT_THE_END = Phrase("At the end", "Al final")
STEPS: tuple[Phrase, ...] = (
    Phrase("1. Count what is left over of each design.", "1. Cuenta lo que sobra de cada diseño."),
    Phrase(
        "2. Tell the coordinators the numbers: handed out, left over and lost must add up to what you had.",
        "2. Dile los números al equipo de coordinación: repartidas, sobrantes y perdidas deben sumar lo que tenías.",
    ),
    Phrase(
        "3. Send back what is left over, or keep it for your next conference if the coordinators agree.",
        "3. Devuelve las sobrantes o guárdalas para tu próximo congreso, si el equipo de coordinación está de acuerdo.",
    ),
)
LEFTOVERS = Phrase("Where leftovers go", "Adónde van las sobrantes")
ASK = Phrase("Ask the coordinators.", "Pregunta al equipo de coordinación.")
ASK_AT = Phrase("Ask the coordinators: {contact}", "Pregunta al equipo de coordinación: {contact}")

# The table tent
TAKE_ONE = Phrase("Take a ribbon", "Toma una cinta")
WEAR_IT = Phrase("Wear it and we’ll find each other.", "Llévala puesta y nos encontramos.")
TENT = Phrase("Table tent", "Letrero de mesa")
TENT_HELP = Phrase(
    "Cut along the solid line, {width} × {height} mm; heavy paper stands best. Fold back along the three dashed lines "
    "and glue or tape the narrow flap beneath this panel, which is the bottom. It stands {stands} mm high and {base} "
    "mm deep.",
    "Recorta por la línea continua, {width} × {height} mm; mejor en papel grueso. Dobla hacia atrás por las tres "
    "líneas discontinuas y pega la solapa estrecha debajo de este panel, que es la base. Queda de {stands} mm de alto "
    "y {base} mm de fondo.",
)
FLAP = Phrase("Glue here", "Pega aquí")

# The name card
CARD = Phrase("Name card", "Tarjeta con tu nombre")
CARD_HELP = Phrase(
    "Cut at the corner marks and fold back along the dashed line: it reads right from both sides, and fits a badge "
    "holder of {width} × {height} mm ({inches}).",
    "Recorta por las marcas de las esquinas y dobla hacia atrás por la línea discontinua: se lee bien por los dos "
    "lados y cabe en un portagafete de {width} × {height} mm ({inches}).",
)
CHAMPION = Phrase("Conference Champion", "Conference Champion")
