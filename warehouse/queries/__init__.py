"""What is published, for pages and programs that ask."""
