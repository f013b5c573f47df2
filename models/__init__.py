"""The vocabulary: frozen values, tables (one file per noun), errors, database, blobs, outbox."""
