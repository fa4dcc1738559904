"""The index kept in Whoosh files, read block-wise into arrays: the only package that imports whoosh.

``index.WhooshIndex`` is the door. Words and documents are written by ``writing``, merged by ``merging``, read by
``reading``; ``ranking`` finds and orders, ``wording`` tells search.planning the words.
"""
