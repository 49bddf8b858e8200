"""Ribbons ordered from a vendor and received at a depot."""
