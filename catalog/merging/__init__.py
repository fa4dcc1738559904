"""Materials that are the same: finding them, making one of two, and leading from what was merged to what was kept."""
