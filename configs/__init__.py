"""Settings and business rules: one typed Settings, everything else in TOML."""
