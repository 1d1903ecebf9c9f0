"""The review desk: pages for people and a REST API for programs, over the same workflows as the
command line.

``application`` puts it together; ``pages`` and ``api`` hold one file a noun. Nothing here decides:
a handler reads a form or a body, calls one workflow, and shows what came of it.
"""
