"""Calendars that programs subscribe to: which days are in them, and how they are written."""
