"""Which listings the storefront shows to whom, and what that taught."""
