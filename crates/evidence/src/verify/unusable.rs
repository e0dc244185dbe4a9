//! The form of a set's act that lists a public key which nobody may use.
//!
//! Such an act is read (docs/evidence-bundle.md, CANONICAL), for it is the claims about its set that fail, and no other reader
//! must be able to see more in it than that: everything else about it has to be as in any act. So the keys that cannot be used
//! are replaced by some that can, and what the act then says is read as always.

use bill::act::Act;
use crypto::{
    Digest, base64url,
    entropy::SeededEntropy,
    json::{self, Value},
    key::{Kid, PublicKey, SigningKey},
};
use vocab::Refusal;

use crate::refusals::BAD_FORM;

/// Reads the act for its form alone.
///
/// # Errors
/// Those of [`Act::parse`], and [`BAD_FORM`], for whatever is wrong but that a key is none.
pub(super) fn form(mut act: Value) -> Result<(), Refusal> {
    let mut fresh = SeededEntropy::named("keys in the place of those that nobody may use");
    if let Value::Object(object) = &mut act {
        if let Some(mut keys) = object.remove("keys") {
            let jwk = |entry: &mut Value, put: &mut dyn FnMut(&mut Value)| {
                let Value::Object(members) = entry else { return };
                if let Some(mut jwk) = members.remove("jwk") {
                    put(&mut jwk);
                    members.insert("jwk", jwk);
                }
            };
            replace(&mut keys, jwk, &mut fresh)?;
            object.insert("keys", keys);
        }
        if let Some(Value::Object(mut recovery)) = object.remove("recovery") {
            if let Some(mut members) = recovery.remove("members") {
                replace(&mut members, |jwk, put| put(jwk), &mut fresh)?;
                recovery.insert("members", members);
            }
            object.insert("recovery", Value::Object(recovery));
        }
    }
    Act::parse(&json::canonical(&act)).map(drop)
}

/// Puts usable keys into a list, which is in order before and afterwards.
fn replace(
    list: &mut Value,
    jwk: impl Fn(&mut Value, &mut dyn FnMut(&mut Value)),
    fresh: &mut SeededEntropy,
) -> Result<(), Refusal> {
    let Value::Array(entries) = list else { return Ok(()) };
    let mut before: Option<Kid> = None;
    let mut rising = true;
    let mut sorted = Vec::new();
    for mut entry in std::mem::take(entries) {
        let mut after = None;
        jwk(&mut entry, &mut |jwk| {
            let kid = thumbprint(jwk);
            rising &= before.is_none_or(|before| before < kid);
            before = Some(kid);
            if PublicKey::from_jwk(jwk).is_err()
                && let Some(usable) = stand_in(jwk, fresh)
            {
                *jwk = usable;
            }
            after = Some(thumbprint(jwk));
        });
        sorted.push((after, entry));
    }
    if !rising {
        return Err(BAD_FORM.because("keys that do not rise by kid"));
    }
    sorted.sort_by_key(|(kid, _)| *kid);
    *entries = sorted.into_iter().map(|(_, entry)| entry).collect();
    Ok(())
}

/// RFC 7638 names a key by the required members alone, which are all that a key of a set has.
fn thumbprint(jwk: &Value) -> Kid {
    Kid::from_thumbprint(&Digest::of(&json::canonical(jwk)))
}

/// A key of the same kind, where the one that cannot be used is written as one would be.
fn stand_in(jwk: &Value, fresh: &mut SeededEntropy) -> Option<Value> {
    let word = |name| jwk.get(name).and_then(Value::as_str);
    let coordinate = |name| word(name).is_some_and(|text| base64url::decode_exactly::<32>(text).is_ok());
    let key = match (word("kty"), word("crv"), jwk.as_object()?.len()) {
        (Some("OKP"), Some("Ed25519"), 3) if coordinate("x") => SigningKey::generate_ed25519(fresh),
        (Some("EC"), Some("P-256"), 4) if coordinate("x") && coordinate("y") => {
            SigningKey::generate_p256(fresh)
        }
        _ => return None,
    };
    Some(key.public().jwk())
}
