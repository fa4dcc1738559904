"""The index in the site's own PostgreSQL database, by its full text search: for sites with several web machines.

``lrc_index`` holds one row that says which generation is live; a generation is a schema of its own. The only package
that knows psycopg.
"""
