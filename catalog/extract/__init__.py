"""How a file becomes text: one module for each kind, run in a child process that may die of what it reads."""
