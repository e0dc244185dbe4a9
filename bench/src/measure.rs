//! Time and memory. A figure of one thread is its CPU time, which other work on the machine disturbs least.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// CPU time of the calling thread so far.
pub fn thread_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).expect("nanoseconds"))
}

/// CPU time of one call.
pub fn time_of<T>(call: impl FnOnce() -> T) -> (Duration, T) {
    let before = thread_time();
    let value = std::hint::black_box(call());
    (thread_time() - before, value)
}

/// The middle CPU time of `rounds` calls of each, called in turn, so that what slows one round slows all of them.
pub fn medians<const N: usize>(rounds: usize, mut calls: [&mut dyn FnMut(); N]) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::with_capacity(rounds));
    for _ in 0..rounds {
        for (call, times) in calls.iter_mut().zip(&mut times) {
            times.push(time_of(call).0);
        }
    }
    times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    })
}

/// The most memory that this process has had so far, in MiB.
pub fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("KiB") / 1024
}

/// Milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Microseconds of one of so many.
pub fn us_each(time: Duration, of: usize) -> f64 {
    time.as_secs_f64() * 1e6 / of as f64
}

/// How long one is, in units of the other.
pub fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// Arguments of a benchmark: `--help` prints its text and ends; everything else is numbers by position.
pub fn numbers<const N: usize>(help: &str, defaults: [usize; N]) -> [usize; N] {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if given.iter().any(|one| one == "--help" || one == "-h") || given.len() > N {
        println!("{}", help.trim());
        std::process::exit(i32::from(given.len() > N));
    }
    let mut numbers = defaults;
    for (number, text) in numbers.iter_mut().zip(given) {
        *number = text.replace('_', "").parse().expect("a whole number");
    }
    numbers
}
