"""Where ribbons have been, in figures; and what waits for a coordinator."""
