"""From text to plain values that remember their lines. Hostile texts end here, before anything is built from them."""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import Event

LONGEST = 1_000_000
DEEPEST = 8
MOST_PARTS = 40_000
Path = tuple[str, ...]
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_BROKEN = re.compile(r"-?[0-9]+\.[0-9]+")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


class Unreadable(Exception):
    """A text of which nothing can be understood from this line on."""

    def __init__(self, line: int, sentence: str, path: Path = ()) -> None:
        super().__init__(sentence)
        self.line, self.sentence, self.path = line, sentence, path


class Tree:
    """What stands in a text, as lists, objects and plain values, and on which line each part begins."""

    def __init__(self, text: str) -> None:
        """
        Read a text.

        :raises Unreadable: when it is too long, too deep, or uses what no dashboard needs: aliases, tags.
        """
        if len(text) > LONGEST:
            raise Unreadable(1, f"This text has {len(text):,} characters; a dashboard has at most {LONGEST:,}.")
        self.lines: dict[Path, int] = {(): 1}
        self._events = self._checked(text)
        self.value = self._document()

    def line(self, path: Path) -> int:
        """Return the line on which a part begins, or the one that it is missing from."""
        return next(self.lines[path[:length]] for length in range(len(path), -1, -1) if path[:length] in self.lines)

    def _checked(self, text: str) -> Iterator[Event]:
        try:
            # libyaml: the parser in Python takes twenty times as long, and fails at numbers and letters that are none.
            for number, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
                line = event.start_mark.line + 1
                if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                    raise Unreadable(line, "Anchors and aliases (& and *) are not used here. Write out what is meant.")
                if getattr(event, "tag", None):
                    raise Unreadable(line, "Tags (!) are not used here. Leave this one out.")
                if number > MOST_PARTS:
                    raise Unreadable(line, "This text has more parts than a dashboard can have.")
                yield event
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise Unreadable(mark.line + 1 if mark else 1, f"This is not YAML that can be read: {error.problem}.") from None
        except yaml.reader.ReaderError as error:
            line = text.encode()[: error.position].count(b"\n") + 1
            raise Unreadable(line, "This line has a character that cannot be stored.") from None
        except UnicodeEncodeError as error:
            line = text.count("\n", 0, error.start) + 1
            raise Unreadable(line, "This line has a character that cannot be stored.") from None

    def _document(self) -> Any:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value = self._part(next(self._events), ())
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise Unreadable(after.start_mark.line + 1, "A second document begins here. One text is one dashboard.")
        return value

    def _part(self, event: Event, path: Path) -> Any:
        line = event.start_mark.line + 1
        self.lines.setdefault(path, line)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if len(path) >= DEEPEST:
            raise Unreadable(line, "This is nested deeper than a dashboard is.", path)
        return self._list(path) if isinstance(event, yaml.SequenceStartEvent) else self._object(path)

    def _list(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._part(event, (*path, str(len(found)))))
        return found

    def _object(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                raise Unreadable(line, "What stands before a colon must be a word.", path)
            name = event.value
            if name in found:
                first = self.lines[*path, name]
                raise Unreadable(line, f"“{name[:60]}” stands here for the second time; the first is on line {first}.", path)
            self.lines[*path, name] = line
            found[name] = self._part(next(self._events), (*path, name))
        return found


def _scalar(event: yaml.ScalarEvent) -> Any:
    text = event.value
    if event.style:
        return text
    # Fewer words than YAML has: neither “no” nor a date is anything but text here.
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _BROKEN.fullmatch(text) and len(text) < 400 else text
