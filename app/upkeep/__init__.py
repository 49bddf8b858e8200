"""The calendar put in order: what was entered by mistake."""
