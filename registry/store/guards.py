"""Which tables are append-only, and which row each of them takes next.

A condition that is not known (a NULL in the row) refuses, as a false one does.
"""

from dataclasses import dataclass

_TAKES = "COALESCE(NOT ({condition}), TRUE)"


@dataclass(frozen=True)
class Guard:
    """A table that nothing is changed in or removed from, and what makes a row the next one.

    ``due`` is SQL that both databases read alike, over the row ``NEW``.
    """

    table: str
    due: str

    @property
    def misplaced(self) -> str:
        """SQL that is true for a row that must be refused."""
        return _TAKES.format(condition=self.due)

    @property
    def sqlite(self) -> dict[str, str]:
        """Every trigger by its name."""
        table, refuse = self.table, "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only"
        return {
            f"{table}_no_update": (
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}\n{refuse}'); END"
            ),
            f"{table}_no_delete": (
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}\n{refuse}'); END"
            ),
            f"{table}_next_only": (
                f"CREATE TRIGGER {table}_next_only BEFORE INSERT ON {table}\n"
                f"WHEN {self.misplaced}\n{refuse}: not the next in sequence'); END"
            ),
        }

    @property
    def functions(self) -> dict[str, str]:
        """The body of every function that PostgreSQL's triggers run, by its name."""
        raised = "RAISE EXCEPTION 'the audit log is append-only"
        return {
            f"registry_{self.table}_refuse": f" BEGIN {raised}'; END ",
            f"registry_{self.table}_next": (
                f" BEGIN\nIF {self.misplaced} THEN\n{raised}: not the next in sequence'; END IF;\n"
                "RETURN NEW; END "
            ),
        }

    @property
    def postgresql(self) -> dict[str, str]:
        """Every trigger by its name: when it fires, and what it runs."""
        table = self.table
        refuse = f"EXECUTE FUNCTION registry_{table}_refuse()"
        following = f"EXECUTE FUNCTION registry_{table}_next()"
        return {
            f"{table}_no_update": f"BEFORE UPDATE ON {table} FOR EACH ROW {refuse}",
            f"{table}_no_delete": f"BEFORE DELETE ON {table} FOR EACH ROW {refuse}",
            f"{table}_no_truncate": f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
            f"{table}_next_only": f"BEFORE INSERT ON {table} FOR EACH ROW {following}",
        }


_EVENTS = "(SELECT COALESCE(MAX(seq), 0) FROM event)"

GUARDS = (
    Guard("event", f"NEW.seq = {_EVENTS} + 1"),
    Guard(
        "log_node",
        # No shift of a larger level: it would run over, and a node of no leaves would fit.
        "NEW.level BETWEEN 1 AND 52 AND "
        'NEW."index" = (SELECT COALESCE(MAX("index") + 1, 0) FROM log_node '
        f'WHERE level = NEW.level) AND (NEW."index" + 1) << NEW.level <= {_EVENTS}',
    ),
    Guard(
        "log_checkpoint",
        "NEW.size > (SELECT COALESCE(MAX(size), -1) FROM log_checkpoint) "
        f"AND NEW.size <= {_EVENTS}",
    ),
    Guard("anchor", "NEW.id = (SELECT COALESCE(MAX(id), 0) + 1 FROM anchor)"),
)
