"""Ribbons: designs, locations, and the ledger of every move between them."""
