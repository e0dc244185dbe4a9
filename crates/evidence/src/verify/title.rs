//! Title and medium, replayed from document and details: claims TITLE and MEDIUM.

use bill::{
    act::Body,
    words::{End, Op},
};

use super::reading::Reading;
use crate::claim::Found;

/// What the replay gave.
pub(crate) struct Titles {
    /// TITLE, by itself.
    pub(crate) title: Found,
    /// MEDIUM, by itself; `None` when nothing changes its medium.
    pub(crate) medium: Option<Found>,
    /// What the endorsements say after each act, in words.
    pub(crate) after: Vec<Option<String>>,
}

/// Replays title and medium.
pub(crate) fn replay(reading: &Reading) -> Titles {
    let title = Found::unknown("replaying endorsements is not in this version");
    let _ = (Op::Issue, End::Paper);
    let _ = |body: &Body| matches!(body, Body::Step(_));
    Titles { title, medium: None, after: vec![None; reading.acts.len()] }
}
