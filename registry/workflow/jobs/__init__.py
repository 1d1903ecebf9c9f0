"""Evaluations that run behind the desk: asked for, claimed by one process, resumed after a crash.

A job is measured by a process of its own (`registry.workflow.jobs.__main__`), so that the server
stays responsive; the process renews its claim while it lives. What it had measured when it died is
not measured again: `registry.workflow.run_parts`.
"""
