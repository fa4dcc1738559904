"""Child processes of our own for what may take all time or memory, or kill whoever does it: files of other people."""
