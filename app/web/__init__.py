"""Pages: what people see in a browser. They register acts, as the JSON API does, and write nothing of their own."""
