"""Measures GridCall beside other durable servers; see Benchmarks/compare.py."""
