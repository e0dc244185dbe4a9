//! An older copy is told from the newest by what others have seen.

use crypto::Digest;
use store::{
    Lineage,
    freshness::{Own, Seen, judge},
};

fn root(size: u64) -> Digest {
    Digest::of(&size.to_be_bytes())
}

fn ours(epoch: u64) -> Lineage {
    Lineage { id: Digest::of(b"ours"), epoch }
}

fn seen(by: &str, size: u64) -> Seen {
    Seen { by: by.to_owned(), size, root: Some(root(size)), lineage: Some(ours(1)) }
}

/// The answer of a copy with 100 leaves, restored once, that needs two answers.
fn check(seen: &[Seen]) -> Result<(), (&'static str, String)> {
    let own = Own { lineage: ours(1), size: 100, root_at: &|size| Some(root(size)) };
    judge(&own, seen, 2).map_err(|refusal| (refusal.code(), refusal.to_string()))
}

fn refused(seen: &[Seen]) -> &'static str {
    check(seen).map_or_else(|(code, _)| code, |()| "ok")
}

#[test]
fn the_newest_copy_may_serve() {
    assert_eq!(check(&[seen("uk-1", 100), seen("sg-1", 97)]), Ok(()));
    let unknown = Seen { root: None, lineage: None, ..seen("sg-1", 40) };
    assert_eq!(check(&[seen("uk-1", 100), unknown]), Ok(()));
}

#[test]
fn an_older_copy_may_not_and_is_told_how_much_is_missing() {
    let (code, sentence) = check(&[seen("uk-1", 100), seen("sg-1", 103), seen("sg-2", 101)]).unwrap_err();
    assert_eq!(code, "older-copy");
    assert!(sentence.contains("it holds 100, sg-1 saw 103; 3 missing"), "{sentence}");
    assert_eq!(refused(&[seen("sg-1", 101)]), "older-copy", "one who saw more outweighs all who are silent");
    let later = Seen { lineage: Some(ours(2)), ..seen("uk-1", 90) };
    assert_eq!(refused(&[later, seen("sg-1", 90)]), "older-copy", "another restore of it has served since");
}

#[test]
fn another_root_at_one_size_is_a_fork_and_not_an_age() {
    let other = Seen { root: Some(root(5)), ..seen("uk-1", 90) };
    assert_eq!(refused(&[other.clone(), seen("sg-1", 100)]), "forked-copy");
    assert_eq!(refused(&[other.clone(), seen("sg-1", 103)]), "forked-copy");
    let own = Own { lineage: ours(1), size: 100, root_at: &|_| None };
    assert_eq!(
        judge(&own, &[other, seen("sg-1", 100)], 2),
        Ok(()),
        "a copy that keeps no roots can not tell"
    );
}

#[test]
fn another_store_is_named_as_such() {
    let theirs = Lineage { id: Digest::of(b"theirs"), epoch: 1 };
    let other = Seen { lineage: Some(theirs), ..seen("uk-1", 500) };
    assert_eq!(refused(&[other, seen("sg-1", 100)]), "other-store");
}

#[test]
fn silence_is_not_consent() {
    assert_eq!(refused(&[]), "freshness-unknown");
    assert_eq!(refused(&[seen("uk-1", 100)]), "freshness-unknown");
}
