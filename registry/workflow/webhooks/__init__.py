"""Webhooks: messages to other systems, written with what they tell of and delivered afterwards."""
