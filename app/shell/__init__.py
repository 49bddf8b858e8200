"""The same acts from a shell."""
