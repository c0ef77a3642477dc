"""
Take dashboards and saved queries out as text, and bring them in.

`operant stage export --organization SLUG --out FOLDER` writes one YAML file for each dashboard and for each saved query
(NAME.query.yaml); with `--dashboard ID` only that one, and without `--out` to the terminal. `operant stage import
--organization SLUG --as EMAIL FILE…` makes each file the draft of the dashboard with its title, or a new dashboard, and
each saved query what its file says, first of all; `--publish` publishes dashboards too. A file that says what is there
already changes nothing. Exit code 2: a file has mistakes, each named with its line and path.
"""

import argparse
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from operant.cli import house
from operant.cli.failures import BadInput
from operant.cli.saying import say

QUERY = ".query"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    exporting = verbs.add_parser("export", help="write dashboards as text")
    exporting.add_argument("--organization", required=True, metavar="SLUG", help="as in its addresses, /o/SLUG/")
    exporting.add_argument("--dashboard", metavar="ID", help="only this one: dsh_…")
    exporting.add_argument("--published", action="store_true", help="what is published, in place of the draft")
    exporting.add_argument("--out", type=Path, metavar="FOLDER", help="a folder that is there")
    exporting.set_defaults(verb=_export)
    importing = verbs.add_parser("import", help="make texts the drafts of dashboards")
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    importing.add_argument("--organization", required=True, metavar="SLUG", help="as in its addresses, /o/SLUG/")
    importing.add_argument("--as", required=True, dest="email", metavar="EMAIL", help="the member in whose name it is done")
    importing.add_argument("--into", metavar="ID", help="this dashboard, whatever it is called")
    importing.add_argument("--publish", action="store_true", help="publish what was changed")
    importing.add_argument("--note", default="", help="why, for the list of versions")
    importing.set_defaults(verb=_import)


def run(options: argparse.Namespace) -> int:
    settings = house.settings()
    with house.database(settings):
        house.django()
        from operant.panel.organizations import queries

        organization = queries.found_by(options.organization)
        if organization is None:
            raise BadInput(f"There is no organization {options.organization}.")
        return options.verb(options, organization.pk)


def _export(options: argparse.Namespace, organization_id: UUID) -> int:
    from operant.platform import tenancy

    with tenancy.organization_scope(organization_id):
        texts = _written(options)
    if options.out is None:
        _show("---\n".join(texts.values()).rstrip("\n"))
        return 0
    if not options.out.is_dir():
        raise BadInput(f"There is no folder {options.out.absolute()}.")
    for name, words in texts.items():
        (options.out / f"{name}.yaml").write_text(words, encoding="utf-8", newline="\n")
    say(f"{_counted(list(texts))} in {options.out}.")
    return 0


def _counted(names: list[str]) -> str:
    queries = sum(each.endswith(QUERY) for each in names)
    boards = len(names) - queries
    said = f"{boards} {'dashboard' if boards == 1 else 'dashboards'}"
    said += f" and {queries} saved {'query' if queries == 1 else 'queries'}" if queries else ""
    return f"{said} {'is' if len(names) == 1 else 'are'}"


def _show(words: str) -> None:
    # To the letter for a file or a program; a terminal gets nothing that steers it.
    if sys.stdout.isatty():
        say(words)
    else:
        print(words, flush=True)


def _written(options: argparse.Namespace) -> dict[str, str]:
    from django.utils.text import slugify

    from operant.stage import queries, saved, text
    from operant.stage.text.names import free

    labels, contents, made = queries.source_labels(), saved.contents(), {}
    for each in [] if options.dashboard else saved.everything():
        name = free(slugify(each.name) or "query", {known.removesuffix(QUERY) for known in made})
        made[name + QUERY] = text.written_saved(saved.content(each), each.description, labels)
    for each in _chosen(options.dashboard):
        document = each.published.document if options.published and each.published else each.draft
        if not options.published or each.published:
            made[free(slugify(each.name) or "dashboard", set(made))] = text.written(document, labels, contents)
    return made


def _chosen(public: str | None) -> list[Any]:
    from operant.stage import queries

    if public:
        return [queries.dashboard(_key(public))]
    return list(queries.dashboards().defer(None).order_by("created_at", "pk"))


def _key(public: str) -> UUID:
    from operant.stage import ids

    try:
        return ids.parse_public_id(ids.DASHBOARD, public)
    except ValueError:
        raise BadInput(f"{public} is no dashboard's id. It begins with dsh_ and stands in its address.") from None


def _import(options: argparse.Namespace, organization_id: UUID) -> int:
    if options.into and len(options.files) > 1:
        raise BadInput("--into takes one file.")
    texts = {file: _read(file) for file in options.files}
    from operant.platform import tenancy

    with tenancy.organization_scope(organization_id):
        person_id = _member(options.email).person_id
    # All of them or none: half an import is harder to mend than none.
    with tenancy.organization_scope(organization_id, person_id):
        member = _member(options.email)
        # Dashboards name them.
        first = sorted(texts.items(), key=lambda each: not _is_saved(each[1]))
        lines = [_taken(file, words, member, options) for file, words in first]
    for line in lines:
        say(line)
    return 0


def _read(file: Path) -> str:
    from operant.stage.text.tree import LONGEST

    try:
        # A character has four bytes at most: what is longer is refused without being read.
        if file.stat().st_size > 4 * LONGEST:
            raise BadInput(f"{file} is larger than any dashboard.")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}.") from None


def _member(email: str) -> Any:
    from operant.panel.organizations import queries

    found = next((each for each in queries.members() if each.person and each.person.email == email.lower()), None)
    if found is None:
        raise BadInput(f"{email} is no member there.")
    return found


def _is_saved(words: str) -> bool:
    from operant.stage import text

    return text.is_saved(words)


def _saved(file: Path, words: str, member: Any) -> str:
    from operant.platform.refusals import NotAllowed
    from operant.stage import actions, rules

    if not rules.save_queries(member):
        raise NotAllowed(f"{member.person.name} may not do this here.")
    found, what = actions.saved_from_text(words=words, by=member.person)
    return f"{file}: {found.name} {what}."


def _taken(file: Path, words: str, member: Any, options: argparse.Namespace) -> str:
    from operant.stage import actions, text

    try:
        if _is_saved(words):
            return _saved(file, words, member)
        found = _place(words, member, options.into)
        if found is None:
            made = actions.create_from_text(words=words, by=member.person)
            return f"{file}: {made.name} was created ({made.public_id}).{_published(made, member, options)}"
        before = found.revision
        after = actions.replace_with_text(dashboard=found, words=words)
    except text.InvalidText as error:
        lines = [f"{file}:{each['line']}: {each['path'] or 'text'}: {each['message']}" for each in error.details["fields"]]
        raise BadInput("\n".join(lines)) from None
    said = "was changed" if after.revision != before else "is that already"
    return f"{file}: {after.name} {said}.{_published(after, member, options) if after.has_changes else ''}"


def _place(words: str, member: Any, into: str | None) -> Any:
    from operant.panel.organizations.rules import may
    from operant.platform.refusals import NotAllowed
    from operant.stage import queries, rules, saved, text

    title = text.read(words, queries.source_labels(), saved=saved.contents())["title"]
    named = [queries.dashboard(_key(into))] if into else list(queries.dashboards().filter(name=" ".join(title.split())))
    if len(named) > 1:
        raise BadInput(f"{len(named)} dashboards are called {title}. Say which with --into.")
    allowed = may(member, rules.edit, about=named[0].pk) if named else rules.make(member)
    if not allowed:
        raise NotAllowed(f"{member.person.name} may not do this here.")
    return named[0] if named else None


def _published(dashboard: Any, member: Any, options: argparse.Namespace) -> str:
    from operant.panel.organizations.rules import may
    from operant.platform.refusals import NotAllowed
    from operant.stage import actions, rules

    if not options.publish:
        return ""
    if not may(member, rules.publish, about=dashboard.pk):
        raise NotAllowed(f"{member.person.name} may not publish {dashboard.name}.")
    version = actions.publish(dashboard=dashboard, revision=dashboard.revision, by=member.person, note=options.note)
    return f" It is published as version {version.number}."
