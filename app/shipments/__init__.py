"""Ribbons sent between two locations, by carrier or by hand."""
