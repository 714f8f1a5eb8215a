import GRDB

/// The tables of the views' file. Everything in it comes from the journal, so there are no
/// migrations: a file of another version is deleted and built anew.
///
/// Times are milliseconds since 1970-01-01T00:00:00Z, 0 for "not yet"; states, roles and
/// urgencies are the raw values of `GridModel`; departments, categories, grids and campaigns are
/// the numbers of facts, which `catalogue` explains. A call's `matched_at` is the time that decides
/// which campaign's window it falls in.
enum ViewSchema {
    /// Counts changes of the tables, of the story's bytes and of what facts mean to them.
    static let version = 8

    /// Creates the tables in an empty file.
    static func create(_ database: Database) throws {
        try database.execute(sql: tables + indexes)
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// A part's number is serial × 64 + ordinal, so that a call's parts are a range of the key.
    private static let tables = """
        CREATE TABLE position (
            key INTEGER PRIMARY KEY CHECK (key = 0),
            seq INTEGER NOT NULL, now INTEGER NOT NULL, chain BLOB NOT NULL);
        CREATE TABLE catalogue (version INTEGER PRIMARY KEY, names TEXT NOT NULL);
        CREATE TABLE actor (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE campaign_share (
            campaign INTEGER NOT NULL, holder INTEGER NOT NULL, number INTEGER NOT NULL,
            found INTEGER NOT NULL, rectified INTEGER NOT NULL, closed INTEGER NOT NULL,
            closed_on_time INTEGER NOT NULL,
            PRIMARY KEY (campaign, holder, number)) WITHOUT ROWID;
        CREATE TABLE call (
            serial INTEGER PRIMARY KEY,
            id_high INTEGER NOT NULL, id_low INTEGER NOT NULL,
            year INTEGER NOT NULL, catalogue INTEGER NOT NULL,
            category INTEGER NOT NULL, condition INTEGER NOT NULL, grid INTEGER NOT NULL,
            campaign INTEGER, urgency INTEGER NOT NULL,
            state INTEGER NOT NULL,
            filed_at INTEGER NOT NULL, observed_at INTEGER NOT NULL, closed_at INTEGER NOT NULL,
            is_recorded_earlier INTEGER NOT NULL, is_clock_suspect INTEGER NOT NULL,
            latitude REAL, longitude REAL,
            texts_seq INTEGER NOT NULL, texts_offset INTEGER NOT NULL,
            texts_length INTEGER NOT NULL,
            revision INTEGER NOT NULL, story BLOB NOT NULL, texts BLOB NOT NULL,
            filed_by INTEGER NOT NULL, matched_at INTEGER NOT NULL,
            missed_resolve INTEGER NOT NULL);
        CREATE TABLE part (
            number INTEGER PRIMARY KEY,
            department INTEGER NOT NULL, role INTEGER NOT NULL, stage INTEGER NOT NULL,
            state INTEGER NOT NULL, state_before_review INTEGER NOT NULL,
            is_open INTEGER NOT NULL, is_suspended INTEGER NOT NULL,
            attempts INTEGER NOT NULL, failures INTEGER NOT NULL,
            queued_at INTEGER NOT NULL, dispatched_at INTEGER NOT NULL,
            accepted_at INTEGER NOT NULL, completed_at INTEGER NOT NULL,
            resolve_due INTEGER NOT NULL, worker INTEGER, reason BLOB NOT NULL);
        CREATE TABLE campaign_step (
            place INTEGER PRIMARY KEY, kind INTEGER NOT NULL, campaign INTEGER,
            at INTEGER NOT NULL, until INTEGER NOT NULL, actor INTEGER NOT NULL,
            text BLOB NOT NULL);
        CREATE TABLE activity (
            number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, held_at INTEGER NOT NULL,
            sessions INTEGER NOT NULL, people INTEGER NOT NULL,
            recorded_by INTEGER NOT NULL, recorded_at INTEGER NOT NULL, theme BLOB NOT NULL);
        CREATE TABLE erasure (
            number INTEGER PRIMARY KEY, serial INTEGER NOT NULL, is_clean INTEGER NOT NULL);

        """

    /// Each serves one way to list; the rowid at an index's end keeps it in the order of filing.
    /// The partial ones hold only open or rare rows, so that a finished call never enters them.
    private static let indexes = """
        CREATE INDEX call_id ON call (id_high);
        CREATE INDEX call_category ON call (category);
        CREATE INDEX call_grid ON call (grid);
        CREATE INDEX call_campaign ON call (campaign) WHERE campaign IS NOT NULL;
        CREATE INDEX call_filed_by ON call (filed_by) WHERE filed_by > 0;
        CREATE INDEX call_urgency ON call (urgency);
        CREATE INDEX call_closed ON call (closed_at) WHERE closed_at > 0;
        CREATE INDEX call_open ON call (serial) WHERE state <= 4;
        CREATE INDEX call_rare ON call (state) WHERE state >= 6;
        CREATE INDEX call_tied ON call (campaign, matched_at) WHERE campaign IS NOT NULL;
        CREATE INDEX call_matched ON call (category, matched_at, grid);
        CREATE INDEX activity_held ON activity (held_at);
        CREATE INDEX part_department ON part (department);
        CREATE INDEX part_due ON part (resolve_due) WHERE is_open = 1;
        """
}
