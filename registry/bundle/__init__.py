"""The evidence bundle: one file that an outsider verifies with no database and no network.

Pure: it is handed bytes and hands back findings. ``docs/bundle.md`` specifies the format; the
workflow that gathers a bundle from the store is ``registry.workflow.bundle``.
"""
