"""People and services: how they prove who they are, and the keys they sign with."""
