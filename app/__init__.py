"""Conference Champions: ribbons for a community that meets at conferences."""
