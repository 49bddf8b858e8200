"""What each paper says, and how it comes to be printed."""
