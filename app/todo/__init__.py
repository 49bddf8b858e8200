"""What waits for a coordinator."""
