//! Work on many things at once, over the cores of the machine: what is judged by itself needs no order.

use std::{num::NonZero, panic::resume_unwind, thread};

/// Fewer things than this are done on the caller's thread: a thread costs as much as one signature check.
const WORTH_A_THREAD: usize = 8;

/// What `work` makes of each item, in their order.
pub(crate) fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(cores).max(WORTH_A_THREAD);
    let mut shares = items.chunks(share);
    let Some(own) = shares.next() else { return Vec::new() };
    thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> =
            shares.map(|share| scope.spawn(move || share.iter().map(work).collect::<Vec<R>>())).collect();
        let mut done: Vec<R> = own.iter().map(work).collect();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => resume_unwind(panic),
            }
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn the_answers_stand_in_the_order_of_the_questions() {
        for length in [0_usize, 1, 7, 8, 9, 257] {
            let items: Vec<usize> = (0..length).collect();
            let doubled: Vec<usize> = (0..length).map(|item| item * 2).collect();
            assert_eq!(each(&items, |item| item * 2), doubled);
        }
    }
}
