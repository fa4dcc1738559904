"""The embedded default: everything that the centre needs, started as children of one command.

``centre`` puts it together, ``supervisor`` starts, watches and ends, ``seaweed`` and ``valkey`` know the two servers
that come from PyPI, ``programs`` the processes of the centre itself, ``kept`` what stays between two starts.
"""
