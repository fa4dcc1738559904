"""What we hold: resources, their files and pages, how they are read and curated."""
