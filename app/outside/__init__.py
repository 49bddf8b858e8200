"""What is said to and asked of the world outside: other servers, and mail."""
