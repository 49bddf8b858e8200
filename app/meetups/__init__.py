"""Members who met in person at a conference."""
