"""Lighter versions of files for who reads with dear megabytes: a smaller PDF, the sound of a film, and its poster."""
