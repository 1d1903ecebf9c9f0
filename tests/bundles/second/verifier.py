"""All checks on one bundle: the causes that were found, and the rules that were not run again."""

from second import layers
from second.check_case import CASE
from second.check_ledger import LEDGER
from second.check_log import LOG
from second.check_people import PEOPLE
from second.check_release import RELEASE
from second.story import Story
from second.strict import Refused


class Found:
    """The causes; `trusted` says whether the key was the one demanded."""

    def __init__(self):
        self.causes = set()
        self.not_run = set()


def verify(data, trust=None, file=None, anchors=()):
    """Every cause for which a bundle is refused. `trust` is the log's public key as text."""
    found = Found()
    try:
        subject, watermark, key, record = layers.opened(data)
        if trust is not None and key != trust.strip():
            found.causes.add("key-differs")
        story = Story(subject, watermark, key, record)
    except Refused as error:
        found.causes.add(error.cause)
        return found
    except Exception:
        found.causes.add("malformed")
        return found
    story.file, story.outside = file, anchors
    for check in (*LOG, *CASE, *LEDGER, *PEOPLE, *RELEASE):
        found.causes |= _ran(check, story)
    for decision in story.decisions.values():
        found.not_run |= decision.not_run
    return found


def _ran(check, story):
    """The causes of one check; one that breaks down has failed."""
    causes = set()
    try:
        for cause in check(story):
            causes.add(cause)
    except Refused as error:
        causes.add(error.cause)
    except Exception:
        causes.add("malformed")
    return causes
