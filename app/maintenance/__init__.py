"""What keeps the house in order: migrations, backups, forgetting, and the proof that the books agree."""
