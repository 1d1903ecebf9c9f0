"""Exports of the log that verify offline."""
