"""How a verb is exposed: its permission, its unit of work, its trail, and what repeats of it get."""
