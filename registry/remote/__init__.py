"""The command line against a server: ``registry --remote URL``.

A command calls a workflow as it always does. ``calls`` says which call of the API each workflow is;
``standing_in`` puts that call in the workflow's place, so that there is no second command line, and
what is printed and how it ends is decided by the very same lines.
"""
