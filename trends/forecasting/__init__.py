"""Weekly series carried forward: members, their weights by back-testing, intervals, wide CSV files."""
