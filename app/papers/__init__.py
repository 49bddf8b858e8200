"""What was printed: revisions and copies of each paper, the short links of their codes, and print jobs."""
