"""Who is asking: platforms, launches, viewers and their roles."""
