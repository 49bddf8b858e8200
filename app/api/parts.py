"""The parts of the API's document: what each of them is about."""

PARTS = {
    "conferences": "The calendar: conferences, proposals, files of conferences and of history, specialties.",
    "claims": "Who goes where: from the request of a champion to hand-outs and the final count.",
    "papers": "What is printed for many things at once, print jobs, and the short links on documents.",
    "shipments": "Boxes of ribbons: packed, sent or handed over, tracked, counted, returned.",
    "purchase orders": "Ribbons ordered from vendors, and their receipts.",
    "stock": "Designs, locations, and the ledger of all moves of ribbons.",
    "members": "Who met: meetups, members with their handles, consent and reports.",
    "people": "Who can sign in: accounts, tokens, sessions, letters, and who would like to bring ribbons.",
    "coverage": "Where ribbons have been, and what waits for coordinators.",
    "admin": "The trail of what was done, and whether the books agree.",
}
