"""Members: people the community knows by one or more social handles."""
