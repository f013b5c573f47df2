"""The demo: simulated buyers and makers act over real HTTP on a real server; their numbers are said to be simulated."""
