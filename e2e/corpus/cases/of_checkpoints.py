"""Checkpoints, each kept once: what a proof's last line may say, and what may stand in checkpoints/. Claims FORMAT and LOGGED."""

from __future__ import annotations

from collections.abc import Callable

from corridor import note, zips
from corridor.bundle import Bundle
from corridor.spelling import b64, digest, ms

from .hostile_log import changed
from .stage import Stage, crossed, three
from .table import OPEN, Made, case

Parts = dict[str, bytes]
MOVE = "proofs/0001.proof"
CHECKPOINT_BYTES, PROOF_BYTES = 131_072, 65_536
STRANGE = 0x7E


def apart(change: Callable[[Parts], None]) -> Made:
    """The genuine bundle of `crossed`, changed when checkpoints have their own files; manifest and checksums fit."""

    def alter(bundle: Bundle) -> None:
        bundle.apart = change

    return changed(alter)


def last_line(parts: Parts, path: str = MOVE) -> str:
    """The path that a proof ends with."""
    return parts[path].decode().splitlines()[-1]


def lead(parts: Parts, path: str, last: str) -> None:
    """Another last line for a proof."""
    parts[path] = parts[path][: -len(last_line(parts, path)) - 1] + last.encode()


def put(parts: Parts, checkpoint: str | bytes) -> str:
    """A checkpoint under its own name."""
    data = checkpoint.encode() if isinstance(checkpoint, str) else checkpoint
    name = f"checkpoints/{digest(data)}"
    parts[name] = data
    return name


@case("g40-two-notes", "One checkpoint in two notes",
      "The proof of the move leads to the same checkpoint as others, with its signature lines in another order.")
def two_notes() -> Made:
    def change(parts: Parts) -> None:
        text, lines = parts[last_line(parts)].decode().split("\n\n")
        other = "".join(reversed(lines.splitlines(keepends=True)))
        lead(parts, MOVE, put(parts, f"{text}\n\n{other}") + "\n")

    return apart(change)


@case("f40-no-checkpoint", "A proof that leads nowhere", "The checkpoint under the move is left out, and not listed.", fails="FORMAT")
def no_checkpoint() -> Made:
    def change(parts: Parts) -> None:
        del parts[last_line(parts)]

    return apart(change)


@case("f41-another-name", "A proof that names a checkpoint nobody has",
      "The last line of the move's proof has another digest; the checkpoint itself is there for the other proofs.", fails="FORMAT")
def another_name() -> Made:
    return apart(lambda parts: lead(parts, MOVE, f"checkpoints/{digest('another checkpoint')}\n"))


@case("f42-unused", "A checkpoint that no proof leads to", "A genuine, later checkpoint of the same log lies in checkpoints/.",
      fails="FORMAT")
def unused() -> Made:
    stage = Stage()
    made = stage.made(crossed(stage), three(stage))
    later = stage.world.log.checkpoint(ms("2026-03-04 08:30"))

    def change(parts: Parts) -> None:
        put(parts, later.text)

    made.bundle.apart = change
    return made


@case("f43-other-content", "A checkpoint under another's name",
      "The file that the move's proof names holds the checkpoint before it, byte for byte.", fails="FORMAT")
def other_content() -> Made:
    def change(parts: Parts) -> None:
        parts[last_line(parts)] = parts[last_line(parts, "proofs/0000.proof")]

    return apart(change)


@case("f44-two-entries", "Two checkpoints of one name",
      "The zip has checkpoints/ID twice, the second with the content of another checkpoint.", fails="FORMAT")
def two_entries() -> Made:
    def zip_with(entries: list[zips.Entry]) -> bytes:
        one, other = [entry for entry in entries if entry.name.startswith(b"checkpoints/")][:2]
        return zips.write([*entries, zips.Entry(one.name, other.data)])

    return changed(lambda bundle: setattr(bundle, "zip_with", zip_with))


@case("f45-letter-case", "A digest in capital letters",
      "The move's proof spells the digest of its checkpoint in capitals, and so is the file's name.", fails="FORMAT")
def capitals() -> Made:
    def change(parts: Parts) -> None:
        name = "checkpoints/" + last_line(parts).removeprefix("checkpoints/").upper()
        parts[name] = parts[last_line(parts)]
        lead(parts, MOVE, f"{name}\n")

    return apart(change)


@case("f46-no-line-end", "A last line that does not end", "The move's proof lacks its last line feed.", fails="FORMAT")
def no_line_end() -> Made:
    return apart(lambda parts: lead(parts, MOVE, last_line(parts)))


@case("f47-carriage-return", "A last line that ends as on another system", "The move's proof ends with CR LF.", fails="FORMAT")
def carriage_return() -> Made:
    return apart(lambda parts: lead(parts, MOVE, last_line(parts) + "\r\n"))


@case("f48-written-out", "A checkpoint written out in the proof",
      "The move's proof is a whole tlog-proof, as a log would give it; the checkpoint has its file, too.", fails="FORMAT")
def written_out() -> Made:
    return apart(lambda parts: lead(parts, MOVE, parts[last_line(parts)].decode()))


@case("f49-parent", "A checkpoint by a way round", "The last line of the move's proof is head/../checkpoints/ID.", fails="FORMAT")
def way_round() -> Made:
    return apart(lambda parts: lead(parts, MOVE, f"head/../{last_line(parts)}\n"))


@case("l10-no-empty-line", "No empty line before the checkpoint",
      "The hashes of the move's proof are followed by the checkpoint's path at once: as a tlog-proof it does not parse.",
      fails="LOGGED")
def no_empty_line() -> Made:
    def change(parts: Parts) -> None:
        parts[MOVE] = parts[MOVE].replace(b"\n\ncheckpoints/", b"\ncheckpoints/")

    return apart(change)


@case("l11-two-empty-lines", "An empty line too many", "Two empty lines before the last line: as a tlog-proof it does not parse.",
      fails="LOGGED")
def two_empty_lines() -> Made:
    def change(parts: Parts) -> None:
        parts[MOVE] = parts[MOVE].replace(b"\n\ncheckpoints/", b"\n\n\ncheckpoints/")

    return apart(change)


@case("l12-no-note", "A checkpoint that is none", "The move's proof leads to a file of its own: a sentence.", fails="LOGGED")
def no_note() -> Made:
    return apart(lambda parts: lead(parts, MOVE, put(parts, "Everything is in order.\n") + "\n"))


@case("l13-doubled-line", "A checkpoint with a signature line twice",
      "The move's proof leads to a copy of its checkpoint in which the last signature line stands twice.", fails="LOGGED")
def doubled_line() -> Made:
    def change(parts: Parts) -> None:
        whole = parts[last_line(parts)].decode()
        lead(parts, MOVE, put(parts, whole + whole.splitlines(keepends=True)[-1]) + "\n")

    return apart(change)


@case("l14-other-log", "Another log's checkpoint",
      "The move's proof leads to a checkpoint of the same size and root that another log signed, cosigned by the same witnesses.",
      fails="LOGGED", own={"COSIGNED": OPEN, "SINGLE": OPEN, "TIME": OPEN})
def other_log() -> Made:
    stage = Stage()
    made = stage.made(crossed(stage), three(stage))
    other = stage.world.log.fork()
    other.origin = "registry.example/elsewhere/1"
    foreign = other.checkpoint(ms("2026-03-03 10:30"), put_map=False)
    made.bundle.apart = lambda parts: lead(parts, MOVE, put(parts, foreign.text) + "\n")
    return made


@case("l15-older", "A checkpoint older than the leaf", "The move's proof leads to the checkpoint before the move.",
      fails="LOGGED TIME")
def older() -> Made:
    return apart(lambda parts: lead(parts, MOVE, last_line(parts, "proofs/0000.proof") + "\n"))


@case("l16-newer", "A newer checkpoint over an old path",
      "The issue's proof, made for the first checkpoint over it, leads to the newest.", fails="LOGGED")
def newer() -> Made:
    return apart(lambda parts: lead(parts, "proofs/0000.proof", last_line(parts, "head/leaf.proof") + "\n"))


def padded(size: int, lines: int = 41) -> Made:
    """Leads the move to its checkpoint with so many lines of strangers more, so many bytes in all."""

    def change(parts: Parts) -> None:
        whole = parts[last_line(parts)].decode()
        rest = size - len(whole.encode())
        for left in range(lines, 0, -1):
            # Three bytes of signature make four characters; the name takes up what is left.
            name, share = f"stranger{left}.example/", rest // left
            bare = len(note.line(name, STRANGE, b"", b"").encode())
            signature = bytes((share - bare) // 4 * 3)
            short = share - len(note.line(name, STRANGE, b"", signature).encode())
            line = note.line(name + "x" * short, STRANGE, b"", signature)
            whole, rest = whole + line, rest - len(line.encode())
        assert len(whole.encode()) == size
        lead(parts, MOVE, put(parts, whole) + "\n")

    return apart(change)


@case("g41-largest-checkpoint", "The largest checkpoint",
      "131,072 bytes: a genuine checkpoint with lines of unknown keys, to which the move's proof leads.")
def largest() -> Made:
    return padded(CHECKPOINT_BYTES)


@case("f50-larger-checkpoint", "A checkpoint that is too large", "131,073 bytes, in the same way.", fails="FORMAT")
def too_large() -> Made:
    return padded(CHECKPOINT_BYTES + 1)


@case("g42-most-lines", "The most signature lines", "64 lines under a genuine checkpoint, 61 of them of unknown keys.")
def most_lines() -> Made:
    return padded(10_000, 61)


@case("l17-more-lines", "A signature line too many", "65 lines, in the same way: the note does not parse.", fails="LOGGED")
def more_lines() -> Made:
    return padded(10_000, 62)


@case("g43-longest-name", "The longest key name", "A line of an unknown key with a name of 255 bytes.")
def longest_name() -> Made:
    return named(255)


@case("l18-longer-name", "A key name that is too long", "256 bytes, in the same way: the note does not parse.", fails="LOGGED")
def longer_name() -> Made:
    return named(256)


def named(size: int) -> Made:
    def change(parts: Parts) -> None:
        whole = parts[last_line(parts)].decode() + note.line("x" * size, STRANGE, b"", bytes(64))
        lead(parts, MOVE, put(parts, whole) + "\n")

    return apart(change)


@case("g44-longest-path", "The largest proof",
      "65,536 bytes of the move's proof, or up to three fewer, as base64 allows: an `extra` line, whose data is ignored.")
def longest_path() -> Made:
    return filled(0)


@case("f51-longer-path", "A proof that is too large", "Up to four bytes more than 65,536, in the same way.", fails="FORMAT")
def longer_path() -> Made:
    return filled(1)


@case("l19-extra-spelling", "An extra line that is not base64", "`extra agent` in the move's proof: it does not parse.", fails="LOGGED")
def extra_spelling() -> Made:
    def change(parts: Parts) -> None:
        first, rest = parts[MOVE].split(b"\n", 1)
        parts[MOVE] = first + b"\nextra agent\n" + rest

    return apart(change)


def filled(more: int) -> Made:
    """The move's proof with an `extra` line that fills it, and so many groups of base64 more."""

    def change(parts: Parts) -> None:
        first, rest = parts[MOVE].split(b"\n", 1)
        free = PROOF_BYTES - len(first + b"\nextra \n" + rest)
        extra = b64(bytes((free // 4 + more) * 3))
        parts[MOVE] = first + f"\nextra {extra}\n".encode() + rest
        assert (len(parts[MOVE]) > PROOF_BYTES) == (more > 0)

    return apart(change)
