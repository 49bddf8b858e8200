"""Champions and the conferences they ask for, are deputized for, and close out."""
