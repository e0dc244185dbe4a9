//! The layout of the file: numbered migrations, each with the digest of its text.

use crypto::Digest;
use rusqlite::{Connection, TransactionBehavior, params};

use crate::{
    DirectoryError, Lineage,
    error::{NO_STORE, NOT_A_STORE, OTHER_SCHEMA, TOO_NEW},
    observer::{Probe, Step},
};

/// Marks our files as ours: `Twk1` read as a big-endian number (SQLite's `application_id`).
const APPLICATION_ID: i32 = 0x5477_6b31;

/// Every migration, oldest first; the first has number 1. A released text never changes.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("../../migrations/0001_first.sql")];

const BOOKKEEPING: &str = "CREATE TABLE migration (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT";

const LINEAGE: &str = "CREATE TABLE lineage (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL CHECK (length(id) = 32),
    epoch INTEGER NOT NULL CHECK (epoch >= 0)
) STRICT";

/// Brings the file to this release's layout, whatever it was before, or refuses it; all in one transaction.
pub(super) fn migrate(
    connection: &mut Connection,
    lineage: Option<Digest>,
    migrations: &[&str],
    probe: &Probe,
) -> Result<(), DirectoryError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = examine(&transaction, migrations)?;
    if done == 0 {
        let Some(lineage) = lineage else { return Err(NO_STORE.refuse().into()) };
        transaction.execute_batch(BOOKKEEPING)?;
        transaction.execute_batch(LINEAGE)?;
        transaction
            .execute("INSERT INTO lineage (one, id, epoch) VALUES (1, ?1, 0)", [lineage.as_bytes()])?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    if done < migrations.len() {
        for (number, text) in (1_i64..).zip(migrations.iter()).skip(done) {
            transaction.execute_batch(text)?;
            transaction.execute(
                "INSERT INTO migration (number, digest) VALUES (?1, ?2)",
                params![number, digest(text).as_bytes()],
            )?;
        }
        probe.reached(Step::InMigration)?;
    }
    Ok(transaction.commit()?)
}

/// How many of `migrations` the file has; 0 for an empty one. Refuses what is not ours, newer, or other.
pub(super) fn examine(connection: &Connection, migrations: &[&str]) -> Result<usize, DirectoryError> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let objects: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if objects == 0 && application == 0 {
        return Ok(0);
    }
    if application != APPLICATION_ID {
        return Err(NOT_A_STORE.because(format!("application id {application:#x}")).into());
    }
    let mut statement = connection.prepare("SELECT digest FROM migration ORDER BY number")?;
    let found =
        statement.query_map([], |row| row.get::<_, [u8; 32]>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    if found.len() > migrations.len() {
        return Err(TOO_NEW
            .because(format!("schema {}, this release knows {}", found.len(), migrations.len()))
            .into());
    }
    for (number, (found, ours)) in (1..).zip(found.iter().zip(migrations)) {
        if Digest::from_bytes(*found) != digest(ours) {
            return Err(OTHER_SCHEMA.because(format!("migration {number} has another text")).into());
        }
    }
    Ok(found.len())
}

pub(super) fn lineage(connection: &Connection) -> Result<Lineage, DirectoryError> {
    let (id, epoch) = connection.query_row("SELECT id, epoch FROM lineage", [], |row| {
        Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, i64>(1)?))
    })?;
    Ok(Lineage { id: Digest::from_bytes(id), epoch: epoch.unsigned_abs() })
}

fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = MIGRATIONS[0];
    const SECOND: &str = "CREATE TABLE second (one INTEGER) STRICT";

    fn migrated(connection: &mut Connection, migrations: &[&str]) -> Result<usize, &'static str> {
        let lineage = Some(Digest::of(b"a store"));
        match migrate(connection, lineage, migrations, &Probe::default()) {
            Ok(()) => Ok(examine(connection, migrations).unwrap()),
            Err(DirectoryError::Refused(refusal)) => Err(refusal.code()),
            Err(DirectoryError::Disk(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn an_older_layout_is_brought_up_to_date_and_a_newer_one_refused() {
        let mut file = Connection::open_in_memory().unwrap();
        assert_eq!(migrated(&mut file, &[FIRST]), Ok(1));
        assert_eq!(migrated(&mut file, &[FIRST]), Ok(1));
        assert_eq!(migrated(&mut file, &[FIRST, SECOND]), Ok(2));
        assert_eq!(migrated(&mut file, &[FIRST]), Err("store-too-new"));
        assert_eq!(lineage(&file).unwrap().id, Digest::of(b"a store"));
    }

    #[test]
    fn a_migration_with_another_text_is_refused() {
        let mut file = Connection::open_in_memory().unwrap();
        assert_eq!(migrated(&mut file, &[FIRST, SECOND]), Ok(2));
        let other = SECOND.replace("one", "two");
        assert_eq!(migrated(&mut file, &[FIRST, &other]), Err("store-other-schema"));
    }

    #[test]
    fn a_migration_that_fails_leaves_the_old_layout() {
        let mut file = Connection::open_in_memory().unwrap();
        assert_eq!(migrated(&mut file, &[FIRST]), Ok(1));
        let broken = "CREATE TABLE third (one INTEGER) STRICT; CREATE TABLE third (one INTEGER) STRICT";
        assert!(migrate(&mut file, None, &[FIRST, broken], &Probe::default()).is_err());
        assert_eq!(migrated(&mut file, &[FIRST]), Ok(1));
        assert!(!file.table_exists(None, "third").unwrap());
    }

    #[test]
    fn an_empty_file_becomes_a_store_only_on_purpose() {
        let mut file = Connection::open_in_memory().unwrap();
        let refused = migrate(&mut file, None, MIGRATIONS, &Probe::default());
        assert!(matches!(refused, Err(DirectoryError::Refused(refusal)) if refusal.code() == "no-store"));
        assert_eq!(examine(&file, MIGRATIONS).unwrap(), 0);
    }

    #[test]
    fn a_foreign_database_is_refused() {
        let mut file = Connection::open_in_memory().unwrap();
        file.execute_batch("CREATE TABLE theirs (one INTEGER)").unwrap();
        assert_eq!(migrated(&mut file, &[FIRST]), Err("not-a-store"));
    }
}
