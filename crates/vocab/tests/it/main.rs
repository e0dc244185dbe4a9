//! Properties of every word of this room, over any text and over every one-character mistake.

mod properties;
