"""What the community has settled for itself: its name, its colors, its lead times and limits."""
