//! Copies: a backup of a store in use, and a store made from a backup.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};

use super::{
    FILE_NAME, beside, make_private_directory, make_private_file, open_file, schema, side_files, sync_parent,
};
use crate::{
    DirectoryError, Lineage, Options, StoreError,
    error::{DAMAGED, IN_THE_WAY, NOT_A_STORE},
    observer::{Probe, Step},
};

/// Pages copied at a time: one MiB.
const STEP_PAGES: i32 = 256;

/// Writes a copy of the store at `source` to `file`, one moment's snapshot. Nothing has the name `file` until the copy
/// is whole, checked and on the disk.
pub(super) fn backup(source: &Path, file: &Path, probe: &Probe) -> Result<Lineage, DirectoryError> {
    let partial = begin_copy(file, ".partial")?;
    let source = open_file(source, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    // An open read transaction holds the moment: without it, every commit would make the copy begin anew.
    let snapshot = source.unchecked_transaction()?;
    schema::lineage(&snapshot)?;
    let copy = copy(&snapshot, &partial, || probe.reached(Step::DuringBackup))?;
    check(&copy)?;
    let lineage = schema::lineage(&copy)?;
    close(copy)?;
    probe.reached(Step::BeforeBackupRename)?;
    name(&partial, file)?;
    Ok(lineage)
}

/// Makes a store in `directory` from a backup, and counts the restore in its [`Lineage::epoch`]. Refuses what is not a
/// whole backup (`not-a-store`, `store-damaged`, `store-too-new`) and a directory that has a store
/// (`store-in-the-way`); a restore that dies half-way leaves no store there.
///
/// The restored store is older than what others have seen: before it serves, ask them
/// ([`freshness::judge`](crate::freshness::judge)).
pub fn restore(file: &Path, directory: &Path, options: Options) -> Result<Lineage, DirectoryError> {
    let probe = Probe::new(options.observer);
    if !file.is_file() {
        return Err(NOT_A_STORE.because(format!("{} is not a file", file.display())).into());
    }
    let source = open_file(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    if schema::examine(&source, schema::MIGRATIONS)? == 0 {
        return Err(NOT_A_STORE.because("the file is empty").into());
    }
    check(&source)?;
    make_private_directory(directory)?;
    let store = directory.join(FILE_NAME);
    let partial = begin_copy(&store, ".restoring")?;
    let copy = copy(&source, &partial, || probe.reached(Step::DuringRestore))?;
    copy.execute("UPDATE lineage SET epoch = epoch + 1", [])?;
    let lineage = schema::lineage(&copy)?;
    close(copy)?;
    probe.reached(Step::BeforeRestoreRename)?;
    name(&partial, &store)?;
    Ok(lineage)
}

/// The temporary name beside `target`, with nothing left there of an earlier try.
fn begin_copy(target: &Path, suffix: &str) -> Result<PathBuf, DirectoryError> {
    // Also what SQLite left beside a file of that name: it would take that log for the copy's own.
    let mut in_the_way = std::iter::once(target.to_owned()).chain(side_files(target));
    if let Some(other) = in_the_way.find(|other| other.exists()) {
        return Err(IN_THE_WAY.because(other.display().to_string()).into());
    }
    let partial = beside(target, suffix);
    if partial.exists() {
        fs::remove_file(&partial)?;
    }
    make_private_file(&partial)?;
    Ok(partial)
}

fn copy(
    source: &Connection,
    partial: &Path,
    step: impl Fn() -> Result<(), StoreError>,
) -> Result<Connection, DirectoryError> {
    let mut copy = open_file(partial, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // The copy is thrown away when it does not come to its end, and synced once when it does.
    copy.pragma_update(None, "synchronous", "OFF")?;
    copy.pragma_update_and_check(None, "journal_mode", "MEMORY", |_| Ok(()))?;
    let backup = Backup::new(source, &mut copy)?;
    loop {
        match backup.step(STEP_PAGES)? {
            StepResult::Done => break,
            StepResult::More => step()?,
            _ => return Err(StoreError::Busy.into()),
        }
    }
    step()?;
    drop(backup);
    // A copy is one file: it must not need a write-ahead log beside it to be read.
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    Ok(copy)
}

fn check(copy: &Connection) -> Result<(), DirectoryError> {
    let verdict: String = copy.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(DAMAGED.because(verdict).into()) }
}

fn close(copy: Connection) -> Result<(), DirectoryError> {
    copy.close().map_err(|(_, error)| error.into())
}

fn name(partial: &Path, target: &Path) -> Result<(), DirectoryError> {
    File::open(partial)?.sync_all()?;
    fs::rename(partial, target)?;
    Ok(sync_parent(target)?)
}

impl From<StoreError> for DirectoryError {
    fn from(error: StoreError) -> Self {
        Self::Disk(Box::new(error))
    }
}
