"""Hostile acts: ACT-SIGNED, KEYS-IN-FORCE, COUNTERSIGNED, ACCEPTED, CONTROL-RULES."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corridor import signing
from corridor.bundle import export
from corridor.keys import Key, add_order
from corridor.people import Holder, SetKey
from corridor.signing import Element
from corridor.spelling import DAY, HOUR, b64u, canonical, canonical_text, digest, ms, sha256, time_text, unb64u
from corridor.world import Bill, transaction

from .genuine import rekeyed, surrendered, suspended_home
from .hostile_log import one
from .stage import Stage, crossed, endorsed, issued, three
from .table import OPEN, Made, case


def noted(signed: Callable[[SetKey, str], list[Element]]) -> Made:
    """`issued`, then a note of the exporter whose holder signatures were made in another way."""
    stage = Stage()
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00", signed=lambda act: signed(stage.exporter.keys[0], act))
    return one(stage, bill)


def jws(made: str) -> list[Element]:
    return [signing.jws_element(made)]


# ACT-SIGNED: JWS


@case("a01-typ", "A signature with a countersignature's typ", "The holder's JWS has typ `twk-counter+jws`.", fails="ACT-SIGNED")
def typ() -> Made:
    return noted(lambda key, act: jws(signing.detached(key.key, signing.COUNTER, act)))


@case("a02-alg", "An algorithm that is not the key's", "An Ed25519 signature whose header says `ES256`.", fails="ACT-SIGNED")
def alg() -> Made:
    return noted(lambda key, act: jws(signing.detached(key.key, signing.ACT, act, header={"alg": "ES256"})))


@case("a03-alg-none", "No algorithm", "A header that says `none`, and an empty signature.", fails="ACT-SIGNED")
def alg_none() -> Made:
    def sign(key: SetKey, act: str) -> list[Element]:
        return jws(signing.with_signature(signing.detached(key.key, signing.ACT, act, header={"alg": "none"}), b""))

    return noted(sign)


@case("a04-changed-after-signing", "Changed after signing",
      "The holder signed a note that was valid an hour less.", fails="ACT-SIGNED")
def changed_after() -> Made:
    def sign(key: SetKey, act: str) -> list[Element]:
        other = act.replace("2026-03-04T09:00:00.000Z", "2026-03-04T08:00:00.000Z")
        assert other != act
        return [key.sign(other)]

    return noted(sign)


@case("a05-s-not-below-l", "S is not below L", "The Ed25519 signature with L added to S.", fails="ACT-SIGNED")
def s_not_below() -> Made:
    def sign(key: SetKey, act: str) -> list[Element]:
        made = signing.detached(key.key, signing.ACT, act)
        return jws(signing.with_signature(made, add_order(key.key.sign(signing.signing_input(made, act)))))

    return noted(sign)


@case("a06-small-order-r", "R of small order",
      "An Ed25519 signature by the right key that solves the equation with R the identity point.", fails="ACT-SIGNED")
def small_r() -> Made:
    def sign(key: SetKey, act: str) -> list[Element]:
        made = signing.detached(key.key, signing.ACT, act)
        signature = key.key.sign_with_small_order_r(signing.signing_input(made, act))
        return jws(signing.with_signature(made, signature))

    return noted(sign)


@case("a07-spare-bits", "Spare bits", "The last character of the JWS has a spare bit set: the same bytes.", fails="ACT-SIGNED")
def spare() -> Made:
    return noted(lambda key, act: jws(signing.with_spare_bits(signing.detached(key.key, signing.ACT, act))))


@case("a08-header-member", "A header with its own key", "The protected header carries a `jwk` beside alg, kid, typ.",
      fails="ACT-SIGNED")
def header_member() -> Made:
    return noted(lambda key, act: jws(signing.detached(key.key, signing.ACT, act, header={"jwk": key.key.jwk})))


@case("a09-strange-key", "A key that is not in the set", "The exporter's note is signed by another key.", fails="ACT-SIGNED KEYS-IN-FORCE")
def strange_key() -> Made:
    return noted(lambda _, act: [signing.sign_act(Key.make("nobody's key"), act)])


@case("a10-two-signatures", "Two signatures for one set", "Two keys of the exporter's set sign one note.", fails="ACT-SIGNED")
def two_signatures() -> Made:
    stage = Stage(enrolled=False)
    stage.exporter.keys = [SetKey(Key.make("corpus Exporter")), SetKey(Key.make("corpus Exporter spare"))]
    for holder in (stage.carrier, stage.exporter):
        stage.world.enrol(holder)
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00", signed=lambda act: [k.sign(act) for k in stage.exporter.keys])
    return one(stage, bill)


@case("a11-order", "The holder signs after its platform", "The platform's signature stands before the holder's.",
      fails="ACT-SIGNED")
def order() -> Made:
    stage = Stage()
    bill = issued(stage)
    key = stage.exporter.keys[0]

    def home(act: str) -> list[Element]:
        moment = ms("2026-03-03 09:00")
        return [signing.counter(stage.a.counter, digest(act), "TWKA", "home", moment), key.sign(act)]

    bill.act("note", stage.exporter, "2026-03-03 09:00", signed=lambda _: [], home=home)
    return one(stage, bill)


@case("a12-header-spelling", "A header in another spelling", "The protected header has a space in it.", fails="ACT-SIGNED")
def header_spelling() -> Made:
    def sign(key: SetKey, act: str) -> list[Element]:
        head = b64u(canonical({"alg": "EdDSA", "kid": key.key.kid, "typ": signing.ACT}).replace(b",", b", "))
        return jws(f"{head}..{b64u(key.key.sign(f'{head}.{b64u(act.encode())}'.encode()))}")

    return noted(sign)


# ACT-SIGNED: passkeys


def asserted(**how: Any) -> Made:
    """Issued to the bank, which makes a note with its passkey in another way."""
    stage = Stage(enrolled=False)
    for holder in (stage.carrier, stage.bank):
        stage.world.enrol(holder)
    stage.world.checkpoint("2026-03-01 09:00")
    bill = stage.bill(stage.document(order=stage.bank))
    bill.issue(stage.bank, "2026-03-02 09:00")
    key = stage.bank.keys[0]
    rp_id, origin, over = how.pop("rp_id", key.rp_id), how.pop("origin", key.origin), how.pop("over", None)

    def sign(act: str) -> list[Element]:
        return [signing.assertion(key.key, over or act, rp_id=rp_id, origin=origin, **how)]

    bill.act("note", stage.bank, "2026-03-03 09:00", signed=sign)
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, [stage.carrier, stage.bank])


@case("a20-cross-origin", "A passkey in a foreign frame", "`crossOrigin` is true.", fails="ACT-SIGNED")
def cross_origin() -> Made:
    return asserted(client={"crossOrigin": True})


@case("a21-top-origin", "A passkey under another page", "`topOrigin` is there.", fails="ACT-SIGNED")
def top_origin() -> Made:
    return asserted(client={"topOrigin": "https://evil.example"})


@case("a22-not-verified", "A passkey without user verification", "Flag 0x04 is not set.", fails="ACT-SIGNED")
def not_verified() -> Made:
    return asserted(flags=0x01)


@case("a23-origin", "A passkey at another origin", "`origin` is https://sign.example.evil.example.", fails="ACT-SIGNED")
def other_origin() -> Made:
    return asserted(origin="https://sign.example.evil.example")


@case("a24-rp-id", "A passkey for another relying party", "The hash is that of another rpId.", fails="ACT-SIGNED")
def other_rp() -> Made:
    return asserted(rp_id="evil.example")


@case("a25-challenge", "A passkey over another act", "The challenge is another act's digest.", fails="ACT-SIGNED")
def challenge() -> Made:
    return asserted(over="another act")


@case("a26-registration", "A registration for an assertion", "`type` is `webauthn.create`.", fails="ACT-SIGNED")
def registration() -> Made:
    return asserted(client={"type": "webauthn.create"})


@case("a27-attested", "Attested data", "Flag 0x40 is set.", fails="ACT-SIGNED")
def attested() -> Made:
    return asserted(flags=0x45)


@case("a28-unannounced", "Unannounced bytes", "39 bytes of authenticatorData without flag 0x80.", fails="ACT-SIGNED")
def unannounced() -> Made:
    return asserted(extra=b"\xa0\x00")


def asserted_so(change: Callable[[SetKey, str, Element], Element]) -> Made:
    """Issued to the bank, which makes a note with a changed assertion."""
    stage = Stage(enrolled=False)
    for holder in (stage.carrier, stage.bank):
        stage.world.enrol(holder)
    stage.world.checkpoint("2026-03-01 09:00")
    bill = stage.bill(stage.document(order=stage.bank))
    bill.issue(stage.bank, "2026-03-02 09:00")
    key = stage.bank.keys[0]
    bill.act("note", stage.bank, "2026-03-03 09:00", signed=lambda act: [change(key, act, key.sign(act))])
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, [stage.carrier, stage.bank])


@case("a30-der", "A signature that is not strict DER", "r has one zero byte too many.", fails="ACT-SIGNED")
def not_strict() -> Made:
    def change(key: SetKey, act: str, element: Element) -> Element:
        der = unb64u(element["signatureDer"])
        padded = bytes([0x30, der[1] + 1, 0x02, der[3] + 1, 0]) + der[4:]
        return element | {"signatureDer": b64u(padded)}

    return asserted_so(change)


@case("a31-client-twice", "A member twice in clientDataJSON", "`challenge` stands twice: another act's, then this one's.",
      fails="ACT-SIGNED")
def client_twice() -> Made:
    def change(key: SetKey, act: str, element: Element) -> Element:
        client = unb64u(element["clientDataJSON"]).replace(b'"challenge":', b'"challenge":"' + b"A" * 43 + b'","challenge":')
        data = unb64u(element["authenticatorData"])
        return element | {"clientDataJSON": b64u(client), "signatureDer": b64u(key.key.sign_der(data + sha256(client)))}

    return asserted_so(change)


@case("a29-passkey-jws", "A passkey that signs a JWS", "The bank's passkey signs a JWS instead of an assertion.", fails="ACT-SIGNED")
def passkey_jws() -> Made:
    stage = Stage()
    bill = crossed(stage)
    bill.act("note", stage.bank, "2026-03-04 08:00", signed=lambda act: [signing.sign_act(stage.bank.keys[0].key, act)])
    stage.world.checkpoint("2026-03-04 08:30")
    return stage.made(bill, three(stage))


# KEYS-IN-FORCE


@case("k01-backdated", "Backdated after a change of key",
      "A note dated before the rekey, signed with the removed key, logged after it.", fails="KEYS-IN-FORCE")
def backdated() -> Made:
    stage = Stage()
    old = stage.exporter.keys[0]
    bill = rekeyed(stage)
    bill.act("note", stage.exporter, "2026-03-05 06:59", leaf_at="2026-03-05 09:00", signed=lambda act: [old.sign(act)])
    return one(stage, bill, "2026-03-05 10:00")


@case("k02-hidden-rekey", "A change of key left out",
      "As k01, and the rekey is not in the bundle; the head's proof shows it.", fails="KEYS-IN-FORCE NOTHING-LATER")
def hidden_rekey() -> Made:
    stage = Stage()
    old = stage.exporter.keys[0]
    bill = rekeyed(stage)
    stage.exporter.acts.pop()
    bill.act("note", stage.exporter, "2026-03-05 06:59", leaf_at="2026-03-05 09:00", signed=lambda act: [old.sign(act)])
    return one(stage, bill, "2026-03-05 10:00")


@case("k03-swapped-set", "A swapped key set",
      "In the exporter's folder stands another set, of the same party, enrolled by the same platform; its key signed the note.",
      fails="KEYS-IN-FORCE", own={"ACT-SIGNED": OPEN, "WHO": OPEN, "NOTHING-LATER": OPEN})
def swapped() -> Made:
    stage = Stage()
    other = stage.world.holder("Exporter", 2, stage.a, [SetKey(Key.make("mallory"))])
    stage.world.enrol(other)
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00", signed=lambda act: [other.keys[0].sign(act)])
    stage.world.checkpoint("2026-03-03 10:30")
    bundle = export(bill, [stage.carrier, stage.exporter], [stage.a])
    theirs = export(bill, [other], [stage.a])
    for ending in ("json", "proof"):
        bundle.put(f"keysets/{stage.exporter.set_id}/0000.{ending}", theirs.files[f"keysets/{other.set_id}/0000.{ending}"])
    return stage.made(bill, [], bundle=bundle)


@case("k04-new-key-silent", "A new key that did not sign", "The rekey lacks the signature of the key that it brings in.",
      fails="KEYS-IN-FORCE")
def silent() -> Made:
    stage = Stage()
    bill = issued(stage)
    old = stage.exporter.keys[0]
    fresh = SetKey(Key.make("corpus exporter second"))
    stage.world.rekey(stage.exporter, [fresh], "2026-03-05 07:00", signed=lambda act: [old.sign(act)])
    bill.act("note", stage.exporter, "2026-03-05 08:00")
    return one(stage, bill, "2026-03-05 10:00")


@case("k05-rekey-by-passkey", "A rekey by a passkey first",
      "The bank's passkey, which is not portable, is the first signature of its rekey.", fails="KEYS-IN-FORCE")
def rekey_by_passkey() -> Made:
    stage = Stage()
    bill = crossed(stage)
    passkey = stage.bank.keys[0]
    fresh = SetKey(Key.make("corpus bank second"))
    stage.world.rekey(stage.bank, [passkey, fresh], "2026-03-05 07:00",
                      signed=lambda act: [passkey.sign(act), fresh.sign(act)])
    stage.bank.keys = [fresh, passkey]
    bill.act("note", stage.bank, "2026-03-05 08:00")
    stage.world.checkpoint("2026-03-05 10:00")
    return stage.made(bill, three(stage))


@case("k06-set-key-silent", "A set whose key did not sign", "The exporter's keyset lists two keys and is signed by one.",
      fails="KEYS-IN-FORCE")
def set_key_silent() -> Made:
    stage = Stage(enrolled=False)
    stage.exporter.keys = [SetKey(Key.make("corpus Exporter")), SetKey(Key.make("corpus Exporter spare"))]
    stage.world.enrol(stage.carrier)
    stage.world.enrol(stage.exporter, signed=lambda act: [stage.exporter.keys[0].sign(act)])
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00")
    return one(stage, bill)


@case("k07-other-log", "A set of another log", "The exporter's set names another registry, and is logged in this one.",
      fails="LOGGED KEYS-IN-FORCE")
def other_log() -> Made:
    stage = Stage(enrolled=False)
    stage.world.enrol(stage.carrier)
    elsewhere = {"origin": "registry.example/elsewhere/1", "url": "https://elsewhere.example/v1"}
    stage.world.enrol(stage.exporter, registry=elsewhere)
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00")
    return one(stage, bill)


@case("k08-small-order-key", "A key of small order",
      "The exporter's set has the identity point as its key; such signatures fit anything.",
      fails="ACT-SIGNED KEYS-IN-FORCE")
def small_order_key() -> Made:
    stage = Stage(enrolled=False)
    stage.world.enrol(stage.carrier)
    stage.exporter.keys = [SetKey(IdentityKey("EdDSA", bytes(32)))]
    stage.world.enrol(stage.exporter)
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00")
    return one(stage, bill)


class IdentityKey(Key):
    """The identity point as a public key: R the identity and S zero satisfy the equation for every message."""

    @property
    def public(self) -> bytes:
        return bytes([1]) + bytes(31)

    def sign(self, message: bytes) -> bytes:
        return bytes([1]) + bytes(63)


@case("k09-no-set", "No key set", "The exporter's set is left out.",
      own={"ACT-SIGNED": OPEN, "KEYS-IN-FORCE": OPEN, "WHO": OPEN, "TITLE": OPEN})
def no_set() -> Made:
    stage = Stage()
    bill = crossed(stage)
    return stage.made(bill, [stage.carrier, stage.bank])


@case("k10-future-set", "A set from the future", "The exporter's keyset is dated a millisecond more than 5 minutes after its leaf.",
      fails="KEYS-IN-FORCE")
def future_set() -> Made:
    stage = Stage(enrolled=False)
    stage.world.enrol(stage.carrier)
    stage.world.enrol(stage.exporter, "2026-03-01T08:05:01.001Z", leaf_at="2026-03-01 08:00:01")
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00")
    return one(stage, bill)


# COUNTERSIGNED and ACCEPTED


def countersigned(home: Callable[[Stage, str], list[Element]]) -> Made:
    """An in-house note of the exporter, countersigned in another way."""
    stage = Stage()
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00", home=lambda act: home(stage, act))
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, [stage.carrier, stage.exporter])


NOTE = ms("2026-03-03 09:00")


@case("p01-no-home", "Without its platform", "A note without the home countersignature.", fails="COUNTERSIGNED")
def no_home() -> Made:
    return countersigned(lambda *_: [])


@case("p02-home-typ", "A countersignature with an act's typ", "The home signature has typ `twk-act+jws`.", fails="COUNTERSIGNED")
def home_typ() -> Made:
    return countersigned(
        lambda stage, act: [signing.counter(stage.a.counter, digest(act), "TWKA", "home", NOTE, typ=signing.ACT)])


@case("p03-other-platform", "Another platform's key", "TWKB signs in TWKA's name.", fails="COUNTERSIGNED")
def other_platform() -> Made:
    return countersigned(lambda stage, act: [signing.counter(stage.b.counter, digest(act), "TWKA", "home", NOTE)])


@case("p04-other-act", "A countersignature of another act", "TWKA's home signature is over another act.", fails="COUNTERSIGNED")
def other_act() -> Made:
    return countersigned(lambda stage, _: [signing.counter(stage.a.counter, "ab" * 32, "TWKA", "home", NOTE)])


@case("p05-left-over", "A signature too many", "An acceptance by TWKB on a note, which needs none.", fails="COUNTERSIGNED")
def left_over() -> Made:
    def home(stage: Stage, act: str) -> list[Element]:
        return [signing.counter(stage.a.counter, digest(act), "TWKA", "home", NOTE),
                signing.counter(stage.b.counter, digest(act), "TWKB", "accept", NOTE)]

    return countersigned(home)


@case("p06-suspended", "A suspended platform countersigns", "TWKA is suspended an hour before it countersigns a note.",
      fails="COUNTERSIGNED")
def suspended() -> Made:
    stage = Stage()
    bill = suspended_home(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00")
    return one(stage, bill)


@case("p07-key-before-from", "A key before its time",
      "TWKA announced a new key; it countersigns with it an hour before the key's `from`.", fails="COUNTERSIGNED")
def before_from() -> Made:
    stage = Stage()
    bill = issued(stage)
    fresh = Key.make("corpus platform TWKA counter second")
    keys = [*stage.world.member_keys(stage.a, ms("2026-02-09 08:01")),
            {"from": time_text(ms("2026-03-10 08:00")), "jwk": fresh.jwk, "use": "counter"}]
    stage.world.member(stage.a, "2026-03-03 08:00", keys=keys)
    stage.a.counter = fresh
    bill.act("note", stage.exporter, "2026-03-10 07:00")
    return one(stage, bill, "2026-03-10 09:00")


@case("p08-removed-key", "A key that was left out", "TWKA's second mark lists another counter key; it signs with the first.",
      fails="COUNTERSIGNED")
def removed_key() -> Made:
    stage = Stage()
    bill = issued(stage)
    fresh = {"from": time_text(ms("2026-03-10 08:00")), "jwk": Key.make("corpus TWKA second").jwk, "use": "counter"}
    pint = stage.world.member_keys(stage.a, ms("2026-02-09 08:01"))[1]
    stage.world.member(stage.a, "2026-03-03 08:00", keys=[pint, fresh])
    bill.act("note", stage.exporter, "2026-03-10 09:00")
    return one(stage, bill, "2026-03-10 10:00")


def accepted(accept: Callable[[Stage, str], list[Element]]) -> Made:
    """`crossed`, where the acceptance was made in another way."""
    stage = Stage()
    bill = crossed(stage, accept=lambda act: accept(stage, act))
    return stage.made(bill, three(stage))


CROSSING = ms("2026-03-03 10:20")


@case("q01-home-for-accept", "A countersignature offered as acceptance", "TWKB's signature on the crossing has role `home`.",
      fails="ACCEPTED")
def home_for_accept() -> Made:
    return accepted(lambda stage, act: [signing.counter(stage.b.counter, digest(act), "TWKB", "home", CROSSING)])


@case("q02-no-acceptance", "Nobody accepted", "The crossing has no second platform signature.", fails="ACCEPTED")
def no_acceptance() -> Made:
    return accepted(lambda *_: [])


@case("q03-accepted-by-sender", "Accepted by the sending platform", "TWKA signs `accept` in its own name.", fails="ACCEPTED")
def by_sender() -> Made:
    return accepted(lambda stage, act: [signing.counter(stage.a.counter, digest(act), "TWKA", "accept", CROSSING)])


@case("q04-decline-for-accept", "A decline offered as acceptance", "TWKB's signature on the crossing has role `decline`.",
      fails="ACCEPTED")
def decline_for_accept() -> Made:
    return accepted(lambda stage, act: [signing.counter(stage.b.counter, digest(act), "TWKB", "decline", CROSSING)])


@case("q05-suspended", "Accepted by a suspended platform", "TWKB is suspended an hour before it accepts.", fails="ACCEPTED")
def suspended_accepts() -> Made:
    stage = Stage()
    bill = issued(stage)
    keys = stage.world.member_keys(stage.b, ms("2026-02-09 08:01"))
    stage.world.member(stage.b, "2026-03-03 09:20", state="suspended", keys=keys)
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-03 10:20")
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank, dcsa=words)
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, three(stage))


# CONTROL-RULES


def ruled(op: str, at: str, *, to_self: bool = False, **how: Any) -> Made:
    """`issued`, then one in-house act of the exporter that breaks a rule."""
    stage = Stage()
    bill = issued(stage)
    to = stage.exporter if to_self else None
    bill.act(op, stage.exporter, at, to=to, **how)
    return one(stage, bill, "2026-03-05 10:00")


@case("r01-expired", "Expired", "A note is logged a millisecond after its `expires`.", fails="CONTROL-RULES")
def expired() -> Made:
    return ruled("note", "2026-03-03 09:00", members={"expires": "2026-03-03T09:00:00.999Z"})


@case("r02-lives-too-long", "Lives too long", "An in-house note that expires a millisecond more than 24 h after it was made.",
      fails="CONTROL-RULES")
def too_long() -> Made:
    return ruled("note", "2026-03-03 09:00", members={"expires": time_text(NOTE + DAY + 1)})


@case("r03-crossing-too-long", "A crossing that lives too long", "A move to TWKB that expires a millisecond more than 30 days on.",
      fails="CONTROL-RULES")
def crossing_too_long() -> Made:
    stage = Stage()
    bill = crossed(stage, members={"expires": time_text(CROSSING + 30 * DAY + 1)})
    return stage.made(bill, three(stage))


@case("r04-from-the-future", "From the future", "A note is dated a millisecond more than 5 minutes after its leaf.",
      fails="CONTROL-RULES")
def future() -> Made:
    return ruled("note", "2026-03-03T09:05:00.001Z", leaf_at="2026-03-03 09:00")


@case("r05-after-closed", "An act after the end", "The carrier closes; then the bank makes a note.", fails="CONTROL-RULES")
def after_closed() -> Made:
    stage = Stage()
    bill = surrendered(stage)
    bill.act("close", stage.carrier, "2026-03-10 09:00", members={"end": "delivered"})
    bill.act("note", stage.bank, "2026-03-10 10:00")
    stage.world.checkpoint("2026-03-10 11:00")
    return stage.made(bill, three(stage))


@case("r06-former-holder", "The former holder acts", "After the transfer to the bank the exporter makes a note.",
      fails="CONTROL-RULES")
def former() -> Made:
    stage = Stage()
    bill = crossed(stage)
    bill.act("note", stage.exporter, "2026-03-04 08:00")
    stage.world.checkpoint("2026-03-04 08:30")
    return stage.made(bill, three(stage))


@case("r07-surrender-elsewhere", "Surrendered to somebody else", "The bank surrenders to the importer's set.",
      fails="CONTROL-RULES")
def elsewhere() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = crossed(stage)
    bill.act("surrender", stage.bank, "2026-03-09 04:00", to=stage.importer)
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, [*three(stage), stage.importer])


@case("r08-answer-too-soon", "No time to answer", "`answerBy` is a millisecond less than a day after the surrender.",
      fails="CONTROL-RULES")
def too_soon() -> Made:
    stage = Stage()
    bill = surrendered(stage, answerBy=time_text(ms("2026-03-10 04:00") - 1))
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, three(stage))


@case("r09-reclaim-too-soon", "Reclaimed too soon", "The bank reclaims a second before `answerBy`.", fails="CONTROL-RULES")
def reclaim_soon() -> Made:
    stage = Stage()
    bill = surrendered(stage, answerBy="2026-03-11T04:00:02.000Z")
    bill.act("reclaim", stage.bank, "2026-03-11 04:00")
    stage.world.checkpoint("2026-03-11 05:00")
    return stage.made(bill, three(stage))


@case("r10-reject-too-late", "Rejected too late", "The bank rejects a millisecond after 72 hours.", fails="CONTROL-RULES")
def reject_late() -> Made:
    stage = Stage()
    bill = crossed(stage, checkpoint=False)
    late = time_text(ms("2026-03-03 10:20") + 1000 + 72 * HOUR + 1)
    at = ms("2026-03-06 10:20")
    bill.act("reject", stage.bank, "2026-03-06 10:20", leaf_at=late,
             dcsa=[transaction("TRANSFER", stage.bank.party, at, stage.exporter.party)])
    stage.world.checkpoint("2026-03-06 11:00")
    return stage.made(bill, three(stage))


@case("r11-reject-after-note", "Rejected after using it", "The bank makes a note and then rejects the transfer.",
      fails="CONTROL-RULES")
def reject_after_note() -> Made:
    stage = Stage()
    bill = crossed(stage, checkpoint=False)
    bill.act("note", stage.bank, "2026-03-04 08:00")
    bill.act("reject", stage.bank, "2026-03-04 09:00", dcsa=[])
    stage.world.checkpoint("2026-03-04 10:00")
    return stage.made(bill, three(stage))


@case("r12-declined-then-accepted", "Declined, then accepted",
      "TWKB declines an offer (a mark); the same act is admitted afterwards, with its acceptance.", fails="CONTROL-RULES")
def declined() -> Made:
    stage = Stage()
    bill = issued(stage)
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-03 10:20")
    drafted = bill.draft("move", stage.exporter, "2026-03-03 10:20", to=stage.bank, dcsa=words)
    bill.decline(canonical_text(drafted[0]), stage.b, "2026-03-03 10:22")
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank, drafted=drafted, leaf_at="2026-03-03 10:25")
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, three(stage))


@case("r13-leave-twice", "Leaving twice a day", "A second `leave` a millisecond less than 24 hours after the first.",
      fails="CONTROL-RULES")
def leave_twice() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("leave", stage.exporter, "2026-03-04 08:00")
    bill.act("leave", stage.exporter, "2026-03-05 07:59", leaf_at=time_text(ms("2026-03-05 08:00") + 999))
    return one(stage, bill, "2026-03-05 08:30")


@case("r14-wrong-end", "Delivered after an amendment", "Surrendered for amendment, closed with `delivered`.", fails="CONTROL-RULES")
def wrong_end() -> Made:
    stage = Stage()
    bill = surrendered(stage, purpose="amendment")
    bill.act("close", stage.carrier, "2026-03-10 09:00", members={"end": "delivered"})
    stage.world.checkpoint("2026-03-10 10:00")
    return stage.made(bill, three(stage))


@case("r15-close-unsurrendered", "Closed without a surrender", "The carrier closes a bill that the exporter holds.",
      fails="CONTROL-RULES")
def unsurrendered() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("close", stage.carrier, "2026-03-03 09:00", members={"end": "delivered"}, dcsa=[])
    return one(stage, bill)


@case("r16-move-surrendered", "The carrier keeps it moving", "The carrier transfers a surrendered bill to the importer.",
      fails="CONTROL-RULES")
def move_surrendered() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = surrendered(stage)
    bill.act("move", stage.carrier, "2026-03-10 09:00", to=stage.importer)
    stage.world.checkpoint("2026-03-10 10:00")
    return stage.made(bill, [*three(stage), stage.importer])


@case("r17-own-set", "A move to oneself", "`to.sets` of a move are its `by.sets`.", fails="CONTROL-RULES")
def own_set() -> Made:
    return ruled("move", "2026-03-03 09:00", to_self=True)


@case("r18-rehome-living", "Away from a living platform", "A rehome without release from a member in good standing: not yet.",
      own={"CONTROL-RULES": OPEN})
def rehome_living() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("rehome", stage.exporter, "2026-03-04 08:00", to=stage.exporter.at(stage.b))
    stage.world.checkpoint("2026-03-04 08:30")
    return stage.made(bill, [stage.carrier, stage.exporter])


def to_controller(stage: Stage, controller: dict[str, Any], holders: list[Holder]) -> Made:
    """`issued`, then a move to a controller that this release does not know."""
    bill: Bill = issued(stage)
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-03 10:20")
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank, dcsa=words, members={"to": controller})
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, holders)


@case("r19-custody-platform", "Custody of a platform", "`to.custody` is `platform`: not yet.", own={"CONTROL-RULES": OPEN})
def custody() -> Made:
    stage = Stage()
    return to_controller(stage, stage.bank.controller() | {"custody": "platform"}, three(stage))


@case("r20-joint-sets", "Two sets together", "`to.sets` names two sets: not yet.", own={"CONTROL-RULES": OPEN})
def joint() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    sets = sorted([stage.bank.set_id, stage.importer.set_id])
    return to_controller(stage, stage.bank.controller() | {"sets": sets}, [*three(stage), stage.importer])
