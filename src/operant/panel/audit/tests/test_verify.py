"""The program that checks a log alone: any change of the file is found, and the first bad entry is named."""

import json
import random
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operant.panel.audit import verify
from operant.panel.organizations import actions as organizations
from operant.platform.crypto import signatures

from .conftest import TEXT, busy, exported, sealed

# RFC 8032, section 7.1: public key, message, signature.
RFC = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
]  # fmt: skip


def found(lines: list[bytes], **more) -> str:
    """Return what is wrong with a log; nothing is good."""
    log = verify.Log(**more)
    try:
        log.read(lines)
        log.finish()
    except verify.Broken as error:
        return str(error)
    return ""


def of(file: bytes) -> list[bytes]:
    return file.splitlines(keepends=True) if b"\r" not in file else [each + b"\n" for each in file.split(b"\n")[:-1]]


def numbers(lines: list[bytes]) -> list[int]:
    return [at for at, line in enumerate(lines) if line.startswith(verify.HASH)]


def test_a_log_holds_and_every_line_is_json(log):
    assert found(log) == ""
    said = [json.loads(line) for line in log]
    assert [next(iter(each)) for each in said if "hash" not in each] == ["audit", "key", "checkpoint", "checkpoint", "end"]
    entries = [each["entry"] for each in said if "hash" in each]
    assert [each["chain"]["sequence"] for each in entries] == list(range(1, len(entries) + 1))
    renamed = next(each for each in entries if each["event"] == "organizations.organization.renamed")
    assert renamed["fields"]["name"] == f"Harbour {TEXT}"
    assert max(len(each["personal"]) for each in said if "hash" in each) == 2


@pytest.mark.parametrize(("public", "message", "signature"), RFC)
def test_signatures_are_checked_as_the_standard_says(public, message, signature):
    public, message, signature = map(bytes.fromhex, (public, message, signature))
    assert verify.signature_holds(public, message, signature)
    for part in (public, message or b"\0", signature):
        for at in {0, len(part) // 2, len(part) - 1}:
            other = part[:at] + bytes([part[at] ^ 1]) + part[at + 1 :]
            given = [other if each is part else each for each in (public, message or b"\0", signature)]
            assert not verify.signature_holds(*given)


def test_a_signature_written_in_another_way_does_not_hold():
    public, message, signature = map(bytes.fromhex, RFC[1])
    scalar = int.from_bytes(signature[32:], "little") + verify._L
    assert not verify.signature_holds(public, message, signature[:32] + scalar.to_bytes(32, "little"))
    assert not verify.signature_holds(b"\xff" * 32, message, signature)
    assert not verify.signature_holds(public[:31], message, signature)


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_is_signed_elsewhere_holds_here(seed, message):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    assert verify.signature_holds(key.public_key().public_bytes_raw(), message, key.sign(message))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_is_found(log, data):
    file = b"".join(log)
    at = data.draw(st.integers(0, len(file) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda each: each != file[at]))
    assert found(of(file[:at] + bytes([byte]) + file[at + 1 :])) != ""


def test_every_byte_of_one_entry_counts(log):
    line = log[max(numbers(log), key=lambda at: len(log[at]))]
    at = log.index(line)
    for place in range(len(line)):
        changed = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        lines = of(b"".join([*log[:at], changed, *log[at + 1 :]]))
        assert found(lines) != "", line[place:]


def test_the_first_bad_entry_is_named(log):
    at = numbers(log)[2]
    changed = log[at].replace(b'"event":"', b'"event":"x', 1)
    assert found([*log[:at], changed, *log[at + 1 :]]).startswith(f"Line {at + 1}, entry 3 (x")


def test_a_changed_personal_value_is_named(log):
    at = next(at for at, line in enumerate(log) if b"dora@" in line)
    answer = found([*log[:at], log[at].replace(b"dora@", b"dara@"), *log[at + 1 :]])
    assert "organizations.member.invited" in answer and answer.endswith("not the one that it was sealed with.")


def test_a_value_holds_by_its_own_commitment_alone(cast):
    forged = verify.canonical(["00" * 16, {"actor.ip": "198.51.100.9", "actor.name": "Ada Owner"}])
    with cast.at_harbour(cast.ben):
        organizations.change_settings(organization=cast.harbour, name=sha256(forged).hexdigest())
    busy(cast)
    sealed(cast)
    log = exported(cast.harbour.pk)
    renamed = next(at for at, line in enumerate(log) if sha256(forged).hexdigest().encode() in line)
    both = next(at for at, line in enumerate(log) if len(json.loads(line).get("personal", ())) == 2)
    twice = verify._groups(log[both].rpartition(verify.PERSONAL)[2][:-3])[:1] * 2
    assert found(log) == ""
    for at, groups in ((renamed, [forged]), (both, twice)):
        entry, _, _ = log[at].rpartition(verify.PERSONAL)
        line = entry + verify.PERSONAL + b",".join(groups) + b"]}\n"
        assert found([*log[:at], line, *log[at + 1 :]]).endswith("not the one that it was sealed with.")


def test_a_missing_repeated_or_moved_line_is_found(log):
    for at in range(len(log)):
        assert found([*log[:at], *log[at + 1 :]]) != "", f"line {at + 1} missing"
        assert found([*log[: at + 1], *log[at:]]) != "", f"line {at + 1} twice"
    for at in range(len(log) - 1):
        swapped = [*log[:at], log[at + 1], log[at], *log[at + 2 :]]
        assert found(swapped) != "", f"lines {at + 1} and {at + 2} swapped"
    for at in range(len(log)):
        assert found(log[:at]) != "", f"cut after line {at}"


def test_a_personal_value_taken_out_of_the_file_is_found(log):
    at = next(at for at, line in enumerate(log) if b"dora@" in line)
    entry, _, _ = log[at].rpartition(verify.PERSONAL)
    assert "personal" in found([*log[:at], entry + verify.PERSONAL + b"]}\n", *log[at + 1 :]])


def test_a_file_made_up_with_another_key_holds_only_for_who_names_no_key(log):
    own = signatures.fingerprint(signatures.public_key())
    assert found(log, trusted=[own]) == ""
    assert "none of those named" in found(log, trusted=["0" * 32])


def test_a_key_that_signed_nothing_is_not_named(log):
    mine, genuine = Ed25519PrivateKey.generate(), next(line for line in log if line.startswith(b'{"key"'))
    public = mine.public_key().public_bytes_raw()
    own = {"fingerprint": verify.fingerprint(public), "public": public.hex()}
    others = [log[0], genuine, verify.canonical({"key": own}) + b"\n"]
    said = {
        "checkpoints": 0, "entries": 0, "fingerprint": own["fingerprint"], "head": verify.NOTHING,
        "lines": sha256(b"".join(others)).hexdigest(), "organization": json.loads(log[0])["audit"]["organization"],
        "personal": 0, "sequence": 0,
    }  # fmt: skip
    end = {"end": {**said, "signature": mine.sign(verify.signed("end", said)).hex()}}
    made_up = verify.Log()
    made_up.read([*others, verify.canonical(end) + b"\n"])
    assert verify.told(made_up).endswith(f" Signed by the key {own['fingerprint']}.")


def test_nothing_stands_after_the_end(log):
    last = json.loads(log[max(numbers(log))])
    group = verify.canonical(["00" * 16, {"actor.name": "Mallory"}])
    entry = last["entry"] | {"chain": {"previous": last["hash"], "sequence": last["entry"]["chain"]["sequence"] + 1}}
    said = verify.canonical(entry | {"commitments": {"actor": sha256(group).hexdigest()}})
    made_up = b"".join(
        (verify.HASH, sha256(said).hexdigest().encode(), verify.HASHED, said, verify.PERSONAL, group, b"]}\n")
    )
    assert found([*log[:-1], made_up]).endswith("its end is missing.")
    for more in (made_up, b"\n", log[-1]):
        assert found([*log, more]) == f"Line {len(log) + 1}: it stands after the end of the log."
    whole = verify.Log()
    whole.read(log)
    with pytest.raises(verify.Broken):
        whole.read([made_up])


def test_what_no_log_says_is_an_answer_and_no_accident():
    nested = b'{"audit":' + b"[" * 100_000
    sealed = verify.HASH + b"0" * 64 + verify.HASHED
    for line in (b'{"audit":{"format":NaN}}\n', nested, sealed + b'{"chain":[]},"personal":[]}\n', b'{"end":{"\xff":1}}\n'):
        assert found([line]).startswith("Line 1")


def test_random_shuffles_are_found(log):
    picking = random.Random(7)
    for _ in range(50):
        lines = list(log)
        picking.shuffle(lines)
        assert lines == log or found(lines) != ""


def written(folder: Path, lines: list[bytes]) -> Path:
    file = folder / "log.jsonl"
    file.write_bytes(b"".join(lines))
    return file


STEERS = "\x1b]0;x\x07\x9b2J\u202e\u2028\n\ud800"
WRITTEN = r"\x1b]0;x\x07\x9b2J\u202e\u2028\n\ud800"


@pytest.mark.parametrize("line", [
    verify.canonical({"audit": {"format": STEERS[:-1]}}) + b"\n",
    verify.HASH + b"0" * 64 + verify.HASHED + json.dumps({"event": STEERS, "when": 1}).encode() + b',"personal":[]}\n',
])  # fmt: skip
def test_what_a_file_says_steers_no_terminal(line, tmp_path, capsys):
    assert verify.main([str(written(tmp_path, [line]))]) in {1, 2}
    told = "".join(capsys.readouterr())
    assert (WRITTEN[:-6] in told, told.rstrip("\n").isprintable()) == (True, True)


def test_very_long_texts_of_a_file_are_cut(tmp_path, capsys):
    line = verify.canonical({"audit": {"format": "x" * 100_000}}) + b"\n"
    assert verify.main([str(written(tmp_path, [line]))]) == 2
    assert len(capsys.readouterr().err) <= 1_002


def test_it_runs_alone_with_nothing_but_python(log, tmp_path):
    program = tmp_path / "verify.py"
    program.write_bytes(Path(verify.__file__).read_bytes())

    def ran(lines: list[bytes]) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", "-S", program, written(tmp_path, lines)], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    (code, told), count = ran(log), len(numbers(log))
    assert (code, told.partition(" checkpoints")[0]) == (0, f"Held: {count} entries of harbour (1 to {count}), 2")
    code, told = ran([*log[:4], *log[5:]])
    assert (code, told.startswith("Did not hold. Line 5, entry 4")) == (1, True)
    assert ran([b"nothing of the kind\n"])[0] == 2
    assert ran([])[0] == 2
