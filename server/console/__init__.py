"""What the page asks the server for, below `/console/`."""
