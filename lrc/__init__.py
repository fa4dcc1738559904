"""The house itself: the ground floor that all rooms share, and the front door that puts them together."""
