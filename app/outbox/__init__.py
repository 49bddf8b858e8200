"""Letters that wait to be sent: which kind, to whom, about what. Never their text."""
