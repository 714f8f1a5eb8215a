"""What `console.py` measures the web console with: a street of processes, and browsers' pages."""
