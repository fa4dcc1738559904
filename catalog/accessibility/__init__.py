"""Whether everybody can use a file: what was found in it, how bad that is, and how its teacher mends it."""
