//! The worlds, the rules switched off one by one, and the registry that lies.

mod fork;
mod switches;
mod worlds;
