//! The timeline as a picture: who had possession and who had title, when, with crossings and finality. Drawn as SVG with a
//! title and a description; the page has the same facts as a table.

use std::fmt::Write;

use vocab::Timestamp;

/// One stretch of a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    /// Who.
    pub(crate) who: String,
    /// From when.
    pub(crate) from: Timestamp,
    /// Until when; `None` for the end of what is known.
    pub(crate) until: Option<Timestamp>,
}

/// One act on the time line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// When its leaf was written.
    pub(crate) at: Timestamp,
    /// What it is called.
    pub(crate) word: String,
    /// It passed from one platform to another.
    pub(crate) crossing: bool,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Possession, without gaps.
    pub(crate) possession: Vec<Span>,
    /// Title, where the file shows it.
    pub(crate) title: Vec<Span>,
    /// The acts.
    pub(crate) marks: Vec<Mark>,
    /// As of when nothing came after.
    pub(crate) as_of: Option<Timestamp>,
}

const WIDTH: f64 = 960.0;
const LEFT: f64 = 110.0;
const RIGHT: f64 = 20.0;
const POSSESSION_Y: f64 = 64.0;
const TITLE_Y: f64 = 118.0;
const LANE: f64 = 38.0;
const HEIGHT: f64 = 196.0;

impl Picture {
    /// The picture as SVG text. Acts stand at equal distances, in order, so that hours and weeks can both be read; the
    /// time of each is written under it.
    pub(crate) fn svg(&self) -> String {
        let steps = self.marks.len().max(1);
        let step = (WIDTH - LEFT - RIGHT) / precise(steps);
        let x_of = |at: Timestamp| {
            let before = self.marks.iter().filter(|mark| mark.at <= at).count();
            LEFT + precise(before.saturating_sub(1)) * step
        };
        let mut svg = format!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"line-title line-text\">\
             <title id=\"line-title\">Who had possession and title, act by act</title>\
             <desc id=\"line-text\">{}</desc>",
            escaped(&self.sentence())
        );
        self.lane(&mut svg, "Possession", &self.possession, POSSESSION_Y, &x_of);
        self.lane(&mut svg, "Title", &self.title, TITLE_Y, &x_of);
        for (count, mark) in self.marks.iter().enumerate() {
            let x = LEFT + precise(count) * step;
            let class = if mark.crossing { "mark crossing" } else { "mark" };
            let (day, time) = split(mark.at);
            // Writing to a string cannot fail.
            write!(
                svg,
                "<g class=\"{class}\"><line x1=\"{x:.1}\" y1=\"40\" x2=\"{x:.1}\" y2=\"160\"/>\
                 <text x=\"{:.1}\" y=\"30\">{}</text><text class=\"time\" x=\"{:.1}\" y=\"174\">{day}</text>\
                 <text class=\"time\" x=\"{:.1}\" y=\"188\">{time}</text></g>",
                x + 2.0,
                escaped(&mark.word),
                x + 2.0,
                x + 2.0,
            )
            .ok();
        }
        svg.push_str("</svg>");
        svg
    }

    fn lane(&self, svg: &mut String, name: &str, spans: &[Span], y: f64, x_of: &dyn Fn(Timestamp) -> f64) {
        write!(svg, "<text class=\"lane\" x=\"0\" y=\"{:.1}\">{name}</text>", y + LANE / 2.0 + 4.0).ok();
        let mut names: Vec<&str> = Vec::new();
        for span in spans {
            let colour = names.iter().position(|known| *known == span.who).unwrap_or_else(|| {
                names.push(&span.who);
                names.len() - 1
            });
            let x = x_of(span.from);
            let end = span.until.map_or(WIDTH - RIGHT, x_of);
            let width = (end - x).max(2.0);
            // About six units a letter at this size; the full name is in the tooltip and in the table.
            let letters = ((width - 8.0) / 6.0).floor();
            let shown: String = span
                .who
                .chars()
                .enumerate()
                .take_while(|(at, _)| precise(*at) < letters - 1.0)
                .map(|(_, c)| c)
                .collect();
            write!(
                svg,
                "<g class=\"span who{}\"><title>{}</title><rect x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"{LANE}\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
                colour % 6,
                escaped(&span.who),
                x + 6.0,
                y + LANE / 2.0 + 4.0,
                escaped(&shown),
            )
            .ok();
        }
    }

    fn sentence(&self) -> String {
        let spans: Vec<String> =
            self.possession.iter().map(|span| format!("{} from {}", span.who, span.from)).collect();
        match self.as_of {
            Some(as_of) => format!("Possession: {}. Nothing came after as of {as_of}.", spans.join("; ")),
            None => format!("Possession: {}.", spans.join("; ")),
        }
    }
}

fn split(at: Timestamp) -> (String, String) {
    let written = at.to_string();
    let (day, time) = written.split_once('T').unwrap_or((&written, ""));
    (day.to_owned(), time.chars().take(8).collect())
}

/// A small count as a coordinate.
fn precise(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// Text as it may stand in SVG.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
