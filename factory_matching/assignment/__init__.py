"""Very many demands to very many factories: everything as arrays, searched by prices."""
