//! How answers are written: a refusal as canonical JSON with its code, sentence, remedy and place.

use crypto::json::{self, Fields, Limits, Value};
use vocab::{Refusal, RefusalKind};

use crate::{Reply, Status};

/// A message that cannot be read.
pub const BAD_MESSAGE: RefusalKind = RefusalKind {
    code: "bad-message",
    sentence: "The message cannot be read.",
    remedy: "Write it as docs/nodes.md says.",
};

/// A path that this node does not serve.
pub const UNKNOWN_PATH: RefusalKind = RefusalKind {
    code: "unknown-path",
    sentence: "This node does not serve this path.",
    remedy: "Ask the node that does; docs/nodes.md lists the paths of each kind.",
};

/// Longest answer with a refusal that is read.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;

/// The answer that carries a refusal.
pub(crate) fn refused(refusal: &Refusal) -> Reply {
    let mut members = vec![
        ("code", Value::from(refusal.code())),
        ("remedy", Value::from(refusal.remedy())),
        ("sentence", Value::from(refusal.kind().sentence)),
        ("v", Value::from("twakow/refusal/1")),
    ];
    if let Some(particulars) = refusal.particulars() {
        members.push(("particulars", Value::from(particulars)));
    }
    if let Some(place) = refusal.place() {
        members.push(("place", Value::from(place)));
    }
    Reply { status: Status::Refused, body: json::canonical(&Value::object(members)) }
}

/// A refusal that another node answered. Its code is that node's word; only its text is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The stable code.
    pub code: String,
    /// The sentence.
    pub sentence: String,
    /// What was found.
    pub particulars: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// What to do.
    pub remedy: String,
}

impl Refused {
    /// Reads an answer that carries a refusal; one that cannot be read is `bad-message`.
    pub fn read(body: &[u8]) -> Self {
        Self::parse(body).unwrap_or_else(|refusal| Self {
            code: refusal.code().to_owned(),
            sentence: refusal.to_string(),
            particulars: None,
            place: None,
            remedy: refusal.remedy().to_owned(),
        })
    }

    fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(body, &Limits::bytes(REFUSAL_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "refusal")?;
        fields.constant("v", "twakow/refusal/1")?;
        let (code, remedy) = (fields.string("code")?.to_owned(), fields.string("remedy")?.to_owned());
        let sentence = fields.string("sentence")?.to_owned();
        let particulars = fields.optional_string("particulars")?.map(str::to_owned);
        let place = fields.optional_string("place")?.map(str::to_owned);
        fields.end()?;
        Ok(Self { code, sentence, particulars, place, remedy })
    }
}
