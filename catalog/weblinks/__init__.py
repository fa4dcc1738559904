"""Materials that are addresses elsewhere in the web: taking one in, what its page says, whether it still answers."""
