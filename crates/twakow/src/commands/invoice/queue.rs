//! Work over several threads whose results come out in the order of the items, within bounds of memory.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use anyhow::Result;

/// What a queue may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Threads that work.
    pub(super) threads: usize,
    /// Items that are begun and not yet taken.
    pub(super) ahead: usize,
    /// Bytes of items that are worked on, and of results that wait to be taken. One item alone may be larger.
    pub(super) bytes: u64,
}

/// What is done with an item.
pub(super) trait Work: Sync {
    /// What is worked on.
    type Item: Sync;
    /// What comes of it.
    type Product: Send;

    /// Bytes that working on `item` will take, as far as that is known.
    fn bytes_of(&self, item: &Self::Item) -> u64;
    /// Does it.
    fn make(&self, item: &Self::Item) -> Self::Product;
    /// Bytes of a product.
    fn bytes_made(&self, product: &Self::Product) -> u64;
}

/// Works on every item and hands each product to `take`, in the order of the items; nothing where the work panicked.
///
/// # Errors
/// The first error of `take`; nothing is begun after it.
pub(super) fn in_order<W: Work>(
    items: &[W::Item],
    work: &W,
    bounds: Bounds,
    mut take: impl FnMut(&W::Item, Option<W::Product>) -> Result<()>,
) -> Result<()> {
    let desk = Desk { state: Mutex::new(State::default()), changed: Condvar::new(), bounds };
    std::thread::scope(|scope| {
        for _ in 0..bounds.threads.clamp(1, items.len().max(1)) {
            scope.spawn(|| desk.serve(items, work));
        }
        for (number, item) in items.iter().enumerate() {
            let product = desk.product(number);
            if let Err(error) = take(item, product) {
                desk.end();
                return Err(error);
            }
        }
        Ok(())
    })
}

/// Where threads fetch items and lay products down.
struct Desk<P> {
    state: Mutex<State<P>>,
    changed: Condvar,
    bounds: Bounds,
}

struct State<P> {
    /// The item that is begun next.
    next: usize,
    /// The item whose product is taken next.
    taken: usize,
    /// Bytes of items and products in hand.
    bytes: u64,
    /// Products that wait, with their bytes.
    products: BTreeMap<usize, (Option<P>, u64)>,
    ended: bool,
}

impl<P> Default for State<P> {
    fn default() -> Self {
        Self { next: 0, taken: 0, bytes: 0, products: BTreeMap::new(), ended: false }
    }
}

impl<P> Desk<P> {
    fn lock(&self) -> MutexGuard<'_, State<P>> {
        // Nothing that can panic runs under the lock, so what it guards is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve<W: Work<Product = P>>(&self, items: &[W::Item], work: &W) {
        while let Some((number, item, bytes)) = self.fetch(items, work) {
            let product = catch_unwind(AssertUnwindSafe(|| work.make(item))).ok();
            let made = product.as_ref().map_or(0, |product| work.bytes_made(product));
            let mut state = self.lock();
            state.bytes = state.bytes.saturating_sub(bytes).saturating_add(made);
            state.products.insert(number, (product, made));
            self.changed.notify_all();
        }
    }

    /// The next item, once there is room for it. Items are fetched in order, so the one that is taken next is always
    /// among those in hand, and the others wait for it and never it for them.
    fn fetch<'i, W: Work<Product = P>>(
        &self,
        items: &'i [W::Item],
        work: &W,
    ) -> Option<(usize, &'i W::Item, u64)> {
        let mut state = self.lock();
        loop {
            let item = items.get(state.next).filter(|_| !state.ended)?;
            let bytes = work.bytes_of(item);
            let in_hand = state.next.saturating_sub(state.taken);
            let fits = state.bytes.saturating_add(bytes) <= self.bounds.bytes;
            if in_hand == 0 || (in_hand < self.bounds.ahead && fits) {
                let number = state.next;
                state.next = number.saturating_add(1);
                state.bytes = state.bytes.saturating_add(bytes);
                return Some((number, item, bytes));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn product(&self, number: usize) -> Option<P> {
        let mut state = self.lock();
        loop {
            if let Some((product, bytes)) = state.products.remove(&number) {
                state.taken = number.saturating_add(1);
                state.bytes = state.bytes.saturating_sub(bytes);
                self.changed.notify_all();
                return product;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

    use super::*;

    /// Counts what is in hand; a later item is often done before an earlier one.
    #[derive(Default)]
    struct Counting {
        begun: AtomicUsize,
        bytes: AtomicU64,
        most_bytes: AtomicU64,
    }

    impl Work for Counting {
        type Item = u64;
        type Product = u64;

        fn bytes_of(&self, item: &u64) -> u64 {
            *item
        }

        fn make(&self, item: &u64) -> u64 {
            assert_ne!(*item, 13, "an item that cannot be worked on");
            self.begun.fetch_add(1, Ordering::SeqCst);
            let now = self.bytes.fetch_add(*item, Ordering::SeqCst) + item;
            self.most_bytes.fetch_max(now, Ordering::SeqCst);
            (0..(100 - item % 100) * 50).for_each(|_| std::hint::spin_loop());
            self.bytes.fetch_sub(*item, Ordering::SeqCst);
            *item
        }

        fn bytes_made(&self, _product: &u64) -> u64 {
            0
        }
    }

    const BOUNDS: Bounds = Bounds { threads: 4, ahead: 8, bytes: 1000 };

    #[test]
    fn products_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (100..600).collect();
        let mut seen = Vec::new();
        in_order(&items, &Counting::default(), BOUNDS, |_, product| {
            seen.extend(product);
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, items);
        in_order(&[], &Counting::default(), BOUNDS, |_, _| panic!("nothing to take")).unwrap();
    }

    #[test]
    fn no_more_bytes_are_in_hand_than_may_be_and_a_larger_item_is_worked_on_alone() {
        let work = Counting::default();
        in_order(&[400; 50], &work, BOUNDS, |_, _| Ok(())).unwrap();
        assert!(work.most_bytes.load(Ordering::SeqCst) <= 1000);
        let (work, mut count) = (Counting::default(), 0);
        in_order(&[5000; 20], &work, BOUNDS, |_, _| {
            count += 1;
            Ok(())
        })
        .unwrap();
        assert_eq!((work.most_bytes.load(Ordering::SeqCst), count), (5000, 20));
    }

    #[test]
    fn no_more_items_are_begun_than_may_be_before_one_is_taken() {
        let work = Counting::default();
        let mut taken = 0;
        in_order(&[1; 100], &work, BOUNDS, |_, _| {
            taken += 1;
            // What was taken before, and those that may be ahead of it.
            assert!(work.begun.load(Ordering::SeqCst) <= taken + BOUNDS.ahead);
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn an_error_of_the_taker_ends_the_work() {
        let work = Counting::default();
        let ended = in_order(&[1; 10_000], &work, BOUNDS, |_, _| anyhow::bail!("a closed pipe"));
        assert!(ended.is_err());
        assert!(work.begun.load(Ordering::SeqCst) <= 1 + BOUNDS.ahead);
    }

    #[test]
    fn work_that_panics_leaves_a_gap_and_not_a_queue_that_waits_for_ever() {
        let mut gaps = Vec::new();
        in_order(&[1, 13, 2], &Counting::default(), BOUNDS, |item, product| {
            gaps.extend(product.is_none().then_some(*item));
            Ok(())
        })
        .unwrap();
        assert_eq!(gaps, [13]);
    }
}
