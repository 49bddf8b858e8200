"""Conferences: editions of meetings, where ribbons are worn."""
