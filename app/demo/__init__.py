"""The demo community: real conferences, invented people."""
