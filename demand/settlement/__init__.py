"""A confirmed demand made true: deposits re-checked, settled or given back."""
