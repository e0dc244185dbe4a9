"""Hostile logs: CHAIN, LOGGED, COSIGNED, SINGLE, TIME, MEMBERS, TAG, and documents that are not the one signed."""

from __future__ import annotations

from collections.abc import Callable

from corridor import leaves, note, signing
from corridor.bundle import Bundle, export
from corridor.keys import Key
from corridor.spelling import b64, b64u, canonical_text, digest_of, fixed_bytes, ms
from corridor.world import Bill

from .stage import Stage, crossed, issued, three
from .table import FAIL, OPEN, Made, Row, case


def changed(change: Callable[[Bundle], None], *, stage: Stage | None = None) -> Made:
    """The genuine bundle of `crossed`, changed before it is listed: manifest and checksums fit."""
    where = stage or Stage()
    made = where.made(crossed(where), three(where))
    change(made.bundle)
    return made


def edited(path: str, old: str, new: str) -> Callable[[Bundle], None]:
    def change(bundle: Bundle) -> None:
        text = bundle.files[path].decode()
        assert old in text, f"{old} is not in {path}"
        bundle.put(path, text.replace(old, new, 1))

    return change


def one(stage: Stage, bill: Bill, at: str = "2026-03-03 10:30", **made: object) -> Made:
    """Closes an in-house story at TWKA with a checkpoint."""
    stage.world.checkpoint(at)
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


# DOCUMENT


@case("d01-document-changed", "A visible field changed, all checksums made to fit",
      "20 bags become 90 in document.json; the manifest is written anew.", fails="DOCUMENT")
def visible() -> Made:
    return changed(edited("document.json", "20 bags", "90 bags"))


@case("d02-document-hidden-field", "Equal visible fields, another document",
      "A member that no page shows is added to document.json; the manifest is written anew.", fails="DOCUMENT")
def hidden() -> Made:
    return changed(edited("document.json", '"cargo":', '"internalNote": "lien of the carrier", "cargo":'))


@case("d03-details-swapped", "Other details than the signed ones",
      "The details of the move get another salt: their digest is not the act's.", fails="DOCUMENT")
def details() -> Made:
    def change(bundle: Bundle) -> None:
        told = bundle.json("acts/0001.json")["details"]
        salt = told.index('"salt":"') + 8
        bundle.edit("acts/0001.json", details=told[:salt] + b64u(bytes(16)) + told[salt + 22 :])

    return changed(change)


@case("d04-tag-salt", "A tag with another salt", "The carrier's details open the tag with a salt that does not.",
      fails="DOCUMENT")
def tag_salt() -> Made:
    stage = Stage()
    bill = issued(stage, details={"issuerSalt": b64u(fixed_bytes("another issuer salt", 16))})
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


@case("d05-two-documents", "Two documents in one record", "The details of a later act name another document's checksum.",
      fails="DOCUMENT")
def two_documents() -> Made:
    stage = Stage()
    bill = issued(stage)
    other = digest_of(stage.document(order=stage.exporter, cargo="scrap"))
    bill.act("note", stage.exporter, "2026-03-03 09:00", details={"document": other})
    return one(stage, bill)


# CHAIN


@case("h01-prev", "An act that hangs elsewhere", "The `prev` of act 1 is not act 0; signed and logged so.", fails="CHAIN")
def prev() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00", members={"prev": "ab" * 32})
    return one(stage, bill)


# LOGGED


@case("l01-sibling", "A proof with another sibling", "One hash in the proof of the move is changed.", fails="LOGGED")
def sibling() -> Made:
    def change(bundle: Bundle) -> None:
        lines = bundle.files["proofs/0001.proof"].decode().split("\n")
        lines[2] = b64(bytes(32))
        bundle.put("proofs/0001.proof", "\n".join(lines))

    return changed(change)


@case("l02-leaf-time", "A leaf with another time", "The leaf of the move says one second less than the logged one.",
      fails="LOGGED")
def leaf_time() -> Made:
    return changed(edited("acts/0001.json", "2026-03-03T10:20:01.000Z", "2026-03-03T10:20:00.000Z"))


@case("l03-other-signatures", "Other signatures than the logged ones",
      "The platform signed the note once more, with another time: valid, but not the list that was admitted.", fails="LOGGED")
def other_signatures() -> Made:
    stage = Stage()
    bill = issued(stage)
    act = bill.act("note", stage.exporter, "2026-03-03 09:00")
    made = one(stage, bill)
    again = [act.signatures[0], signing.counter(stage.a.counter, act.digest, "TWKA", "home", ms("2026-03-03 09:01"))]
    made.bundle.edit("acts/0001.json", signatures=canonical_text(again))
    return made


@case("l04-slot", "An act in another slot", "The log put act 1 of 3 into the slot of act 700.", fails="LOGGED")
def slot() -> Made:
    stage = Stage()
    bill = issued(stage)
    first = bill.act("note", stage.exporter, "2026-03-03 09:00")
    first.leaf = leaves.leaf_text(ms("2026-03-03 09:00") + 1000, first.entry, leaves.act_slot(bill.record, 700))
    stage.world.log.entries[first.index] = first.leaf
    bill.act("note", stage.exporter, "2026-03-03 09:30")
    return one(stage, bill)


@case("l05-other-origin", "Another log", "Every checkpoint is another log's; acts and charter name this one.",
      fails="LOGGED", own={"COSIGNED": OPEN, "SINGLE": OPEN, "TIME": OPEN})
def other_origin() -> Made:
    stage = Stage()
    stage.world.log.origin = "registry.example/elsewhere/1"
    return stage.made(crossed(stage), three(stage))


@case("l06-index-spelling", "An index with a leading zero", "`index 010` in the proof of the move: it does not parse.",
      fails="LOGGED")
def index_spelling() -> Made:
    return changed(lambda bundle: edited("proofs/0001.proof", "index ", "index 0")(bundle))


@case("l07-size-raised", "A checkpoint with its size raised",
      "The checkpoint under the move's proof says one leaf more.", fails="LOGGED COSIGNED",
      own={"SINGLE": OPEN, "TIME": OPEN})
def size_raised() -> Made:
    def change(bundle: Bundle) -> None:
        text = bundle.files["proofs/0001.proof"].decode()
        size = text.split("\n\n")[1].split("\n")[1]
        edited("proofs/0001.proof", f"\n{size}\n", f"\n{int(size) + 1}\n")(bundle)

    return changed(change)


# COSIGNED


def under(**how: object) -> Made:
    """`crossed`, whose last checkpoint was made in another way."""
    stage = Stage()
    bill = crossed(stage, checkpoint=False)
    stage.world.checkpoint("2026-03-03 10:30", **how)
    return stage.made(bill, three(stage))


NO_QUORUM = {"SINGLE": OPEN, "TIME": OPEN}


@case("o01-one-witness", "One witness of two", "The witness in Singapore did not cosign the last checkpoint.",
      fails="COSIGNED", own=NO_QUORUM)
def one_witness() -> Made:
    return under(without=("sg1",))


@case("o02-no-log-signature", "Not signed by the log", "The last checkpoint has both cosignatures and no signature of the log.",
      fails="COSIGNED")
def no_log_signature() -> Made:
    return under(without=("log",))


def signature_lines(change: Callable[[list[str]], list[str]]) -> Made:
    def alter(bundle: Bundle) -> None:
        for path in ("proofs/0001.proof", "head/leaf.proof"):
            head, lines = bundle.files[path].decode().rsplit("\n\n", 1)
            bundle.put(path, head + "\n\n" + "".join(change(lines.splitlines(keepends=True))))

    return changed(alter)


@case("o03-wrong-cosignature", "A cosignature that does not verify",
      "The Singapore witness's line on the last checkpoint is over another time.", fails="COSIGNED", own=NO_QUORUM)
def wrong_cosignature() -> Made:
    def change(lines: list[str]) -> list[str]:
        name, raw = lines[2].rsplit(" ", 1)
        return [*lines[:2], f"{name} {raw[:14]}{'AB'[raw[14] == 'A']}{raw[15:]}"]

    return signature_lines(change)


@case("o04-line-twice", "Two lines of one key", "The line of the first witness stands twice: the proof does not parse.",
      fails="LOGGED")
def line_twice() -> Made:
    return signature_lines(lambda lines: [*lines, lines[1]])


# What the reader's trust file says


def lying_shape() -> dict[str, object]:
    stage = Stage(ml_dsa=True)
    return stage.world.trust({}, policyEd25519=stage.world.policy(ml_dsa=False, shape=ANY))


ANY = "group uk 1 uk1\ngroup sg 1 sg1\ngroup either any uk sg\nquorum either\n"
ONE_OF_TWO = "group two 1 uk1 sg1\nquorum two\n"


@case(
    "t01-trust-files", "One genuine bundle under other trust files",
    "What a reader's own file says: policies that need not meet, no charter, another charter, no carrier, another set.",
    rows=[
        Row("the genuine file"),
        Row("quorum `any` of two sides: it need not meet", trust="any", own={"COSIGNED": FAIL}),
        Row("1 of 2 need not meet", trust="one-of-two", own={"COSIGNED": FAIL}),
        Row("`quorum none` never meets", trust="none-needed", own={"COSIGNED": FAIL}),
        Row("one witness alone meets", trust="single"),
        Row("no witness is called verifying", trust="not-verifying", own={"SINGLE": OPEN}),
        Row("one of two is called verifying", trust="half-verifying", own={"SINGLE": OPEN}),
        Row("no charter is given", trust="no-charter", own={"MEMBERS": OPEN}),
        Row("another charter is given", trust="other-charter", own={"MEMBERS": FAIL}),
        Row("the log is not in the file", trust="no-registry",
            own={"COSIGNED": OPEN, "SINGLE": OPEN, "TIME": OPEN, "MEMBERS": OPEN}),
        Row("the carrier is named without the set that issued", trust="other-set", own={"WHO": FAIL}),
        Row("the carrier is not named", trust="no-carrier", own={"WHO": OPEN}),
        Row("a log key of the same name that is not this log's", trust="other-log", own={"COSIGNED": FAIL}),
        Row("two policies of different shape: not a trust file", trust="lying-shape", exit=2),
        Row("a policy that does not parse: not a trust file", trust="bad-policy", exit=2),
        Row("two log lines: not a trust file", trust="two-logs", exit=2),
        Row("a member twice: not a trust file", trust="twice", exit=2),
        Row("an unknown member: not a trust file", trust="unknown", exit=2),
        Row("no trust file", trust="none"),
    ],
)
def trust_files() -> Made:
    stage = Stage()
    made = stage.made(crossed(stage), three(stage))
    world = stage.world

    def shape(text: str) -> dict[str, object]:
        return stage.trust(policyEd25519=world.policy(ml_dsa=False, shape=text))

    no_registry = stage.trust() | {"registries": []}
    other = Stage(seed="mallory")
    mixed = note.policy_text(world.log.origin, other.world.log.key, world.log.witnesses, note.BOTH_SIDES, ml_dsa=False)
    text = canonical_text(stage.trust())
    second = f"log {note.vkey(world.log.origin, note.LOG, Key.make('second log').public)}\n"
    made.trusts |= {
        "any": shape(ANY),
        "one-of-two": shape(ONE_OF_TWO),
        "none-needed": shape("quorum none\n"),
        "single": shape("quorum uk1\n"),
        "not-verifying": stage.trust(verifying=[]),
        "half-verifying": stage.trust(verifying=["uk1"]),
        "no-charter": stage.trust(charter=None),
        "other-charter": stage.trust(charter="cd" * 32),
        "no-registry": no_registry,
        "other-set": world.trust({"SMDG:TST": [stage.exporter.set_id]}),
        "no-carrier": world.trust({"SMDG:TSX": [stage.carrier.set_id]}),
        "other-log": stage.trust(policyEd25519=mixed),
        "lying-shape": lying_shape(),
        "bad-policy": shape("group uk 2 uk1\nquorum uk\n"),
        "two-logs": stage.trust(policyEd25519=second + world.policy(ml_dsa=False)),
        "twice": text.replace('"test":true', '"test":true,"test":true'),
        "unknown": stage.trust() | {"friends": []},
    }
    return made


# SINGLE


@case("s01-fork", "A forked log", "Two checkpoints of one size, both cosigned, with different roots.", fails="SINGLE")
def fork() -> Made:
    stage = Stage()
    bill = crossed(stage, checkpoint=False)
    other = stage.world.log.fork()
    for log, tick in ((stage.world.log, "2026-03-03 10:20:11"), (other, "2026-03-03 10:20:12")):
        log.tick(ms(tick))
        log.checkpoint(ms("2026-03-03 10:30"))
    bundle = export(bill, three(stage), [stage.a, stage.b])
    bundle.put("proofs/0001.proof", other.proof(bill.acts[1].index))
    return stage.made(bill, three(stage), bundle=bundle)


@case("s03-two-leaves", "Two leaves at one index",
      "The `before` of the second note is a map leaf of another history, where the first note stands in this one.", fails="SINGLE")
def two_leaves() -> Made:
    stage = Stage()
    bill = issued(stage)
    other = stage.world.log.fork()
    under_other = other.checkpoint(ms("2026-03-03 09:00"))
    bill.act("note", stage.exporter, "2026-03-03 09:00")
    bill.act("note", stage.exporter, "2026-03-03 09:30")
    made = one(stage, bill)
    made.bundle.edit("acts/0002.json", before=other.entries[-1])
    made.bundle.put("proofs/0002.before.proof", other.proof(len(other.entries) - 1, under_other))
    return made


@case("s02-doubled-slot", "A slot used twice", "The log holds two marks number 0 of TWKB, with another `from`.",
      fails="SINGLE MEMBERS")
def doubled_slot() -> Made:
    stage = Stage(enrolled=False)
    stage.b.marks = 0
    keys = stage.world.member_keys(stage.b, ms("2026-02-09 08:02"))
    stage.world.member(stage.b, "2026-02-02 08:02", keys=keys)
    for holder in three(stage):
        stage.world.enrol(holder)
    return stage.made(crossed(stage), three(stage))


# TIME


@case("i01-falling", "Time falls", "The leaf of act 1 is a day older than the leaf before it.", fails="TIME")
def falling() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-02 07:00")
    return one(stage, bill)


@case("i02-after-cosigning", "A leaf later than its cosignatures",
      "The last map leaf is 60.001 s later than the quorum's time of its checkpoint.", fails="TIME")
def after_cosigning() -> Made:
    stage = Stage()
    bill = crossed(stage, checkpoint=False)
    stage.world.log.checkpoint(ms("2026-03-03 10:30") + 1, cosigned=ms("2026-03-03 10:29"))
    return stage.made(bill, three(stage))


# MEMBERS


def with_member(mark: Callable[[Stage], None], **of_stage: object) -> Made:
    """`crossed`, where TWKB's mark was made in another way."""
    stage = Stage(members=False)
    stage.world.charter()
    stage.world.member(stage.a)
    mark(stage)
    for holder in three(stage):
        stage.world.enrol(holder)
    return stage.made(crossed(stage), three(stage))


@case("m01-short-of-authority", "A member by one signature of two", "TWKB's mark has one authority signature.", fails="MEMBERS")
def short() -> Made:
    return with_member(lambda stage: void(stage.world.member(stage.b, signers=stage.world.authority[:1])))


def void(_: object) -> None:
    """Drops a value that a case does not need."""


@case("m02-mark-typ", "A member mark with an act's typ", "TWKB's mark is signed with typ `twk-act+jws`.", fails="MEMBERS")
def mark_typ() -> Made:
    return with_member(lambda stage: void(stage.world.member(stage.b, typ=signing.ACT)))


@case("m03-stranger", "A member by a stranger's key", "One of the two signatures is by a key that is not in the charter.",
      fails="MEMBERS")
def stranger() -> Made:
    def mark(stage: Stage) -> None:
        signers = sorted([stage.world.authority[0], Key.make("stranger")], key=lambda key: key.kid)
        stage.world.member(stage.b, signers=signers)

    return with_member(mark)


@case("m04-unsorted", "Authority signatures out of order", "TWKB's mark is signed by two keys, not sorted by kid.",
      fails="MEMBERS")
def unsorted() -> Made:
    return with_member(lambda stage: void(stage.world.member(stage.b, signers=stage.world.authority[1::-1])))


@case("m05-from-too-early", "A key that is valid too early", "A new key's `from` is a millisecond less than 7 days after its leaf.",
      fails="MEMBERS")
def too_early() -> Made:
    def mark(stage: Stage) -> None:
        keys = stage.world.member_keys(stage.b, ms("2026-02-09 08:01") - 1)
        stage.world.member(stage.b, keys=keys)

    return with_member(mark)


@case("m06-from-moved", "A key whose `from` is moved back",
      "A second mark of TWKB lists its keys with an earlier `from`: new keys, too early.", fails="MEMBERS")
def moved() -> Made:
    def mark(stage: Stage) -> None:
        stage.world.member(stage.b)
        keys = stage.world.member_keys(stage.b, ms("2026-02-08 08:01"))
        stage.world.member(stage.b, "2026-02-20 08:00", keys=keys)

    return with_member(mark)


@case("m07-hidden-suspension", "A suspension left out",
      "TWKB was suspended before it accepted; the bundle does not carry the mark, the head's proof shows it.",
      fails="MEMBERS NOTHING-LATER")
def hidden_suspension() -> Made:
    def mark(stage: Stage) -> None:
        stage.world.member(stage.b)
        keys = stage.world.member_keys(stage.b, ms("2026-02-09 08:01"))
        stage.world.member(stage.b, "2026-02-20 08:00", keys=keys, state="suspended")
        stage.world.members.pop()
        stage.b.marks = 1

    return with_member(mark)


@case("m08-hidden-suspension-unproved", "A suspension left out, and the proof of it",
      "As m07, and the map proof of TWKB's next mark is left out too.", own={"MEMBERS": OPEN, "NOTHING-LATER": OPEN})
def unproved() -> Made:
    made = hidden_suspension()
    made.bundle.without_slot(leaves.mark_slot(leaves.platform_subject("TWKB"), 1))
    return made


@case("m09-mark-gap", "A gap in the marks", "TWKB's second mark has number 2.", fails="MEMBERS")
def gap() -> Made:
    def mark(stage: Stage) -> None:
        stage.world.member(stage.b)
        keys = stage.world.member_keys(stage.b, ms("2026-02-09 08:01"))
        stage.world.member(stage.b, "2026-02-20 08:00", keys=keys, n=2)

    return with_member(mark)


@case("m10-too-new-authority", "An authority before its time",
      "A second charter changes the authority; it signs TWKB's second mark before seven days have passed.", fails="MEMBERS")
def too_new() -> Made:
    def mark(stage: Stage) -> None:
        world = stage.world
        world.member(stage.b)
        old = world.authority
        world.authority = sorted((Key.make(f"new authority {n}") for n in (1, 2, 3)), key=lambda key: key.kid)
        world.charter("2026-02-10 08:00", signers=old[:2])
        keys = world.member_keys(stage.b, ms("2026-02-09 08:01"))
        world.member(stage.b, "2026-02-17T07:59:59.999Z", keys=keys)

    return with_member(mark)


@case("m11-charter-alone", "A charter by one signature", "The charter carries one signature of its own two.", fails="MEMBERS")
def charter_alone() -> Made:
    stage = Stage(members=False)
    stage.world.charter(signers=stage.world.authority[:1])
    stage.world.member(stage.a)
    stage.world.member(stage.b)
    for holder in three(stage):
        stage.world.enrol(holder)
    return stage.made(crossed(stage), three(stage))


@case("m12-no-members", "No members", "The folder members/ is left out.",
      own={"MEMBERS": OPEN, "COUNTERSIGNED": OPEN, "ACCEPTED": OPEN, "WHO": OPEN})
def no_members() -> Made:
    def change(bundle: Bundle) -> None:
        bundle.drop(*[path for path in bundle.files if path.startswith("members/")])

    return changed(change)


# TAG


@case("u01-tag-used-again", "The tag used again",
      "The carrier issued the same bill a second time while the first lives: the head shows tag mark 1.", fails="TAG")
def used_again() -> Made:
    stage = Stage()
    bill = issued(stage)
    again = stage.bill(bill.document)
    again.act("issue", stage.carrier, "2026-03-03 09:00", to=stage.exporter)
    again.mark_tag(count=1)
    return one(stage, bill)


@case("u02-tag-mark-later", "A tag mark that is not the next leaf", "A tick stands between the issue and its tag mark.", fails="TAG")
def mark_later() -> Made:
    stage = Stage()
    bill = stage.bill(stage.document(order=stage.exporter))
    bill.act("issue", stage.carrier, "2026-03-02 09:00", to=stage.exporter)
    stage.world.log.tick(ms("2026-03-02 09:00:11"))
    bill.mark_tag(at="2026-03-02 09:00:12")
    return one(stage, bill)


@case("u03-other-tag", "The mark of another tag", "The leaf after the issue marks another tag.", fails="TAG")
def other_tag() -> Made:
    stage = Stage()
    bill = stage.bill(stage.document(order=stage.exporter))
    bill.act("issue", stage.carrier, "2026-03-02 09:00", to=stage.exporter)
    bill.mark_tag(tag="ef" * 32)
    return one(stage, bill)


@case("u04-no-tag-mark", "No tag mark", "tagLeaf, tagCount and their proof are left out.", own={"TAG": OPEN})
def no_tag() -> Made:
    def change(bundle: Bundle) -> None:
        bundle.edit("acts/0000.json", tagLeaf=None, tagCount=None)
        bundle.drop("proofs/0000.tag.proof")

    return changed(change)


@case("u05-tag-count", "A count that is not the slot's", "tagCount says 1, the mark's slot is that of count 0.", fails="TAG")
def tag_count() -> Made:
    return changed(lambda bundle: bundle.edit("acts/0000.json", tagCount=1))
