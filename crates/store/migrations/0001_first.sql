-- The first layout. Streams, blobs and tiles are rowid tables: their rows are large and come in order of time, so the
-- rows fill pages densely and only the small unique index is touched at random. The others are small rows under their
-- key, kept in the key's own tree.
CREATE TABLE stream (
    entry INTEGER PRIMARY KEY,
    space TEXT NOT NULL,
    key BLOB NOT NULL,
    seq INTEGER NOT NULL CHECK (seq >= 0),
    bytes BLOB NOT NULL,
    UNIQUE (space, key, seq)
) STRICT;

CREATE TABLE head (
    space TEXT NOT NULL,
    key BLOB NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    bytes BLOB NOT NULL,
    PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID;

-- bytes is null once the blob was erased: the digest stays, so that the blob does not come back by a late retry.
CREATE TABLE blob (
    entry INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    bytes BLOB
) STRICT;
CREATE INDEX blob_erased ON blob (digest) WHERE bytes IS NULL;

CREATE TABLE index_row (
    space TEXT NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE claim (
    space TEXT NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID;

-- A leased message is one whose due_ms lies at the end of the lease. AUTOINCREMENT: an id is never used twice, so an
-- old lease can not acknowledge a new message.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    space TEXT NOT NULL,
    key BLOB NOT NULL,
    address TEXT NOT NULL,
    bytes BLOB NOT NULL,
    due_ms INTEGER NOT NULL,
    attempt INTEGER NOT NULL CHECK (attempt >= 0),
    UNIQUE (space, key)
) STRICT;
CREATE INDEX outbox_due ON outbox (space, due_ms, id);

CREATE TABLE tile (
    entry INTEGER PRIMARY KEY,
    space TEXT NOT NULL,
    key BLOB NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (space, key)
) STRICT;

CREATE TABLE sealed (
    name TEXT NOT NULL PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mark (
    space TEXT NOT NULL,
    key BLOB NOT NULL,
    value INTEGER NOT NULL CHECK (value >= 0),
    PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID;
