"""Explanations: heat maps as values (numpy only) and, apart, the methods that make them (torch)."""
