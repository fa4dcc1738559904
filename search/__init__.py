"""Finding: documents, queries and hits behind one small interface, and the analysis of Spanish."""
