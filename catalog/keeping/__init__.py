"""What people keep for themselves: favourites and lists of their own, and the history of who asked for one."""
