"""The study room: modules and how they are written, learning and its journal, quizzes, and certificates."""
