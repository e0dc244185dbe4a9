//! The corridor in a box: scenarios, faults and links that lose, double and reorder.
