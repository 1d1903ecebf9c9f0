"""Asking for data, before anybody knows which version would serve: ``Q-3``."""
