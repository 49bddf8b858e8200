"""Letters to people: what each kind says, to whom it goes and when, and how it leaves."""
