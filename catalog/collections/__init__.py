"""Collections: what librarians put together for readers, how it is kept in order, and the shelves of the home page."""
