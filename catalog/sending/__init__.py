"""Files that browsers send to storage in parts: the rules of their way until each is a resource of its own."""
