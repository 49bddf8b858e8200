"""The server: its process, what every request passes, and how it is watched."""
