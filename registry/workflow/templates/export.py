"""Copies the shipped templates into a folder, with a page on what they are handed."""

import shutil
from pathlib import Path

from registry.errors import Conflict
from registry.reports.rendering.guide import guide
from registry.reports.rendering.samples import sample_kinds
from registry.resources import folder
from registry.workflow.templates.names import GUIDE, shipped_names
from registry.workflow.write_text import write_text


def export_templates(output: Path) -> tuple[Path, ...]:
    """Copy them into ``output``; raises `Conflict` rather than replace anything there."""
    names = shipped_names()
    there = [name for name in (*names, GUIDE) if (output / name).exists()]
    if there:
        raise Conflict(
            f"{there[0]} is there already",
            where=str(output),
            expected="a folder without templates",
            todo="give another folder, or move what is there away",
        )
    made = [write_text(output / GUIDE, guide(sample_kinds()), "guide")]
    for name in names:
        made.append(Path(shutil.copyfile(folder("templates") / name, output / name)))
    return tuple(made)
