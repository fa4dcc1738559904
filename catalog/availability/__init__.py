"""When and for whom a resource is there."""
