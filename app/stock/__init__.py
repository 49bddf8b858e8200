"""Ribbons: designs, places, and the ledger of every move between them."""
