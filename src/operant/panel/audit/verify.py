"""
Check an exported audit log: `python verify.py FILE [--key FINGERPRINT]`. Needs Python 3.9 or later and nothing else.

Every entry must have the hash that it says, follow the one before, and keep the personal values that it was sealed with;
every checkpoint, and the end of the file, must be signed. With `--key` the signatures must be by that key, as the audit
page shows it: without, a file that somebody made up entirely, with a key of their own, holds too.

Exit code 0: the log held. 1: it did not; the first thing that is wrong is named. 2: there is no such file, or it is none.
"""

import argparse
import json
import sys
from binascii import hexlify
from functools import lru_cache
from hashlib import sha256, sha512

FORMAT = 1
NOTHING = "0" * 64
MOST_SAID = 1_000
HASH, HASHED, PERSONAL, BETWEEN = b'{"hash":"', b'","entry":', b',"personal":[', b'"}],["'
BEGIN = HASH + b"%b" + HASHED + b'{"chain":{"previous":"%b","sequence":%d},'
USUAL = BEGIN + b'"commitments":{"actor":"%b"'
_ENTRY = len(HASH) + 64 + len(HASHED)


class Broken(Exception):
    """Something is not as it was sealed; the message names it."""


class NoLog(Exception):
    """What was given is no exported audit log."""


def canonical(value):
    """Return JSON in the one form that is hashed and signed: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def fingerprint(public):
    """Return how people tell a public key from others."""
    return sha256(public).hexdigest()[:32]


class Log:
    """A log that is read line by line. `read` and `finish` raise Broken at the first thing that is wrong."""

    def __init__(self, trusted=()):
        self.trusted, self.keys, self.signers = frozenset(trusted), {}, set()
        self.organization, self.slug = "", ""
        self.line, self.entries, self.personal, self.checkpoints = 0, 0, 0, 0
        self.sequence, self.head = 0, NOTHING
        self.others, self.ended = sha256(), False

    def read(self, lines):
        """Read lines, each with its end."""
        lines = iter(lines)
        if not self.ended:
            self._read(lines)
        if self.ended and next(lines, None) is not None:
            raise Broken(f"Line {self.line + 1}: it stands after the end of the log.")

    def _read(self, lines):
        # In one go, up to the end of the log: this is the part that has to be fast.
        begun, following, head, personal = self.sequence, self.sequence + 1, self.head.encode(), self.personal
        number, hashed, hexed = self.line, sha256, hexlify
        try:
            for line in lines:
                number += 1
                end = line.rfind(PERSONAL)
                digest = hexed(hashed(line[_ENTRY:end]).digest())
                group = hexed(hashed(line[end + 13 : -3]).digest())
                # Nearly every entry has the values of whoever acted, and no others: one look at it is enough.
                if line.startswith(USUAL % (digest, head, following, group)) and line[-3:] == b"]}\n":
                    personal += 1
                elif line.startswith(HASH):
                    personal += self._entry(line, end, number, following, head, digest)
                else:
                    self._stand(number, following - 1, begun, head, personal)
                    begun = following - 1
                    self._other(line)
                    if self.ended:
                        break
                    continue
                head = digest
                following += 1
        finally:
            self._stand(number, following - 1, begun, head, personal)

    def finish(self):
        """Say that there are no more lines."""
        if not self.ended:
            raise Broken(f"After line {self.line}, entry {self.sequence}: the file is cut off, its end is missing.")

    def _stand(self, line, sequence, begun, head, personal):
        self.line, self.entries = line, self.entries + sequence - begun
        self.sequence, self.head, self.personal = sequence, head.decode(), personal

    def _entry(self, line, end, number, sequence, head, digest):
        """Return how many groups of personal values an entry has, if all of it is as it was sealed."""
        entry, opened = line[_ENTRY:end], line[end + 13 : -3]
        if not (line.startswith(BEGIN % (digest, head, sequence)) and line.endswith(b"]}\n")):
            self.line = number
            self._explain(line, entry, digest.decode(), sequence, head.decode())
        groups = _groups(opened) if opened else []
        # Nowhere else in the entry: names and fields may say what a made-up value has as its hash.
        kept = list(_part(_read(entry), "commitments").values()) if groups else []
        for group in groups:
            digest = sha256(group).hexdigest()
            if digest not in kept:
                raise Broken(f"{_named(number, entry, sequence)}: a personal value is not the one that it was sealed with.")
            kept.remove(digest)
        return len(groups)

    def _explain(self, line, entry, digest, sequence, head):
        name = _named(self.line, entry, sequence)
        if line[9:73] != digest.encode() or line[73:_ENTRY] != HASHED or line[-3:] != b"]}\n":
            raise Broken(f"{name}: what it says does not have its hash, so it was changed.")
        if _part(_read(entry), "chain").get("sequence") != sequence:
            raise Broken(f"{name}: number {sequence} should stand here: entries are missing, repeated or out of order.")
        raise Broken(f"{name}: it does not follow the entry before, whose hash is {head[:16]}….")

    def _other(self, line):
        said = _read(line)
        kind = next(iter(said), "") if len(said) == 1 else ""
        if _line(said) != line or not isinstance(said.get(kind), dict):
            raise Broken(f"Line {self.line}, after entry {self.sequence}: it is no line of an audit log, or was changed.")
        if (kind == "audit") != (self.line == 1):
            raise Broken(f"Line {self.line}: a log begins with one line that says whose it is.")
        reading = {"audit": self._begin, "key": self._key, "checkpoint": self._checkpoint, "end": self._end}.get(kind)
        if reading is None:
            raise Broken(f"Line {self.line}: a line of the kind {kind!r} is unknown.")
        try:
            reading(said[kind])
        except (KeyError, TypeError, ValueError):
            raise Broken(f"Line {self.line}, after entry {self.sequence}: it lacks what it should say.") from None
        self.others.update(line)

    def _begin(self, said):
        if said["format"] != FORMAT:
            raise NoLog(f"The file has format {said['format']}; this program reads format {FORMAT}.")
        self.organization, self.slug = said["organization"], said["slug"]

    def _key(self, said):
        public = bytes.fromhex(said["public"])
        if self.entries or self.checkpoints:
            raise Broken(f"Line {self.line}: keys stand before everything else.")
        if fingerprint(public) != said["fingerprint"]:
            raise Broken(f"Line {self.line}: the key does not have the fingerprint that it says.")
        self.keys[said["fingerprint"]] = public

    def _checkpoint(self, said):
        self._signed("checkpoint", said)
        if (said["sequence"], said["head"], said["organization"]) != (self.sequence, self.head, self.organization):
            raise Broken(
                f"Line {self.line}: the checkpoint of {said['date']} says that entry {said['sequence']} had the hash "
                f"{said['head'][:16]}…, but entry {self.sequence} stands here with {self.head[:16]}…."
            )
        self.checkpoints += 1

    def _end(self, said):
        self._signed("end", said)
        found = {
            "checkpoints": self.checkpoints, "entries": self.entries, "head": self.head, "personal": self.personal,
            "lines": self.others.hexdigest(), "organization": self.organization, "sequence": self.sequence,
        }
        for name, value in found.items():
            if said[name] != value:
                raise Broken(f"Line {self.line}: the end says {name} {said[name]}, but the file has {value}.")
        self.ended = True

    def _signed(self, kind, said):
        unsigned = {name: value for name, value in said.items() if name != "signature"}
        public = self.keys.get(said["fingerprint"])
        if self.trusted and said["fingerprint"] not in self.trusted:
            raise Broken(f"Line {self.line}: it is signed by the key {said['fingerprint']}, which is none of those named.")
        if public is None or not signature_holds(public, signed(kind, unsigned), bytes.fromhex(said["signature"])):
            raise Broken(f"Line {self.line}, after entry {self.sequence}: the signature of the {kind} does not hold.")
        self.signers.add(said["fingerprint"])


def signed(kind, said):
    """Return what a signature is over."""
    return b"operant audit " + kind.encode() + b"\n" + canonical(said)


def _groups(opened):
    """Return each of several groups of personal values as it was hashed: inside of texts, quotes are escaped."""
    pieces = opened.split(BETWEEN)
    last = len(pieces) - 1
    return [(b'["' if at else b"") + piece + (b'"}]' if at < last else b"") for at, piece in enumerate(pieces)]


def _named(line, entry, sequence):
    said = _read(entry)
    what = f" ({said['event']}, {said['when']})" if "event" in said and "when" in said else ""
    return f"Line {line}, entry {_part(said, 'chain').get('sequence', sequence)}{what}"


def _line(said):
    try:
        return canonical(said) + b"\n"
    except (ValueError, RecursionError):
        # Numbers that are none, halves of letters: JSON has no canonical form of them.
        return b""


def _read(text):
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _part(said, name):
    found = said.get(name)
    return found if isinstance(found, dict) else {}


# Ed25519 as RFC 8032 defines it, verification only.

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_I = pow(2, (_P - 1) // 4, _P)


def signature_holds(public, message, signature):
    """Return whether a signature of a message is by the holder of a public key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, scalar = _point(public), int.from_bytes(signature[32:], "little")
    if key is None or scalar >= _L:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % _L
    x, y, z, t = key
    found = _added(_times(_BASE, scalar), _times((-x % _P, y, z, -t % _P), challenge))
    return _written(found) == signature[:32]


def _times(point, number):
    """Return a point so many times."""
    total = (0, 1, 1, 0)
    for place, row in enumerate(_table(point)):
        digit = number >> 4 * place & 15
        if digit:
            total = _added(total, row[digit])
    return total


@lru_cache(maxsize=8)
def _table(point):
    """Return a point's multiples for each place of a number in base 16: a log has many signatures of few keys."""
    rows = []
    for _ in range(64):
        row = [(0, 1, 1, 0)]
        for _ in range(16):
            row.append(_added(row[-1], point))
        rows.append(row)
        point = row[-1]
    return rows


def _added(one, other):
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % _P, (y1 + x1) * (y2 + x2) % _P
    c, d = 2 * t1 * t2 * _D % _P, 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(written):
    number = int.from_bytes(written, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _I % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _written(point):
    x, y, z, _ = point
    inverse = pow(z, -1, _P)
    return (y * inverse % _P | (x * inverse % _P & 1) << 255).to_bytes(32, "little")


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def verify(path, trusted=()):
    """
    Return the log in a file that held from its first line to its last.

    :raises Broken: naming the first thing that is wrong.
    :raises NoLog: when the file cannot be read, or is something else.
    """
    log = Log(trusted)
    try:
        with open(path, "rb", buffering=1 << 20) as file:
            if not _looks_like_one(file):
                raise NoLog(f"{path} is no exported audit log.")
            file.seek(0)
            log.read(file)
    except OSError as error:
        raise NoLog(f"{path} cannot be read: {error.strerror}.") from None
    log.finish()
    return log


def _looks_like_one(file):
    begins = [file.readline(100_000) for _ in range(3)]
    return any(line.startswith((b'{"audit":', b'{"key":', HASH)) for line in begins)


def told(log):
    """Return in words what was found of a log that held."""
    span = f"{log.sequence - log.entries + 1:,} to {log.sequence:,}" if log.entries else "none"
    keys = ", ".join(sorted(log.signers))
    return (
        f"Held: {log.entries:,} entries of {log.slug} ({span}), {log.checkpoints:,} checkpoints, "
        f"{log.personal:,} groups of personal values. Signed by the key {keys}."
    )


def readable(text):
    """Return a text on one line, with each sign written out that would steer a terminal instead of standing there."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--key", action="append", default=[], metavar="FINGERPRINT", help="a key that may have signed")
    return checked(parser.parse_args(words))


def checked(options):
    """Check the file that `options` name, say what was found, and return the exit code."""
    try:
        _say(told(verify(options.file, options.key)))
    except Broken as error:
        _say(f"Did not hold. {error}")
        return 1
    except NoLog as error:
        _say(str(error), file=sys.stderr)
        return 2
    return 0


def _say(sentence, file=None):
    # Parts of it stand in the file, which anybody may have made.
    said = readable(sentence)
    print(said if len(said) <= MOST_SAID else said[:MOST_SAID] + "…", file=file)


if __name__ == "__main__":
    sys.exit(main())
