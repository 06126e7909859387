/** What each version of the store adds to the one before. Never edit one that was released: append. */
export const MIGRATIONS: readonly string[] = [
	`
CREATE TABLE jobs (
	number INTEGER PRIMARY KEY AUTOINCREMENT, -- order of submission, whatever the clock says
	id TEXT NOT NULL UNIQUE,
	owner TEXT NOT NULL,
	state TEXT NOT NULL,
	work_hash TEXT NOT NULL,
	size_class TEXT NOT NULL,
	request TEXT NOT NULL, -- JSON, with title, tags and priority as they are now
	priority INTEGER NOT NULL,
	words TEXT NOT NULL, -- lower case: what a search looks through
	tags TEXT NOT NULL, -- between line breaks
	engines TEXT NOT NULL, -- between line breaks: asked for and used
	favourite INTEGER NOT NULL DEFAULT 0,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	started_at INTEGER,
	finished_at INTEGER,
	attempts INTEGER NOT NULL DEFAULT 0,
	lost INTEGER NOT NULL DEFAULT 0, -- servers that ended under it
	token TEXT, -- of the current attempt
	held_by TEXT,
	not_before INTEGER,
	cancel_asked_at INTEGER,
	cancelling INTEGER NOT NULL DEFAULT 0,
	progress TEXT NOT NULL,
	notices TEXT NOT NULL DEFAULT '[]',
	files TEXT NOT NULL DEFAULT '[]',
	result TEXT,
	error TEXT,
	past_errors TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX jobs_ready ON jobs (priority DESC, number) WHERE state = 'queued' AND held_by IS NULL;
CREATE INDEX jobs_held ON jobs (not_before) WHERE state = 'queued' AND held_by IS NOT NULL;
CREATE INDEX jobs_state ON jobs (state, number);
CREATE INDEX jobs_owner ON jobs (owner, number);
CREATE INDEX jobs_work ON jobs (work_hash, number);

CREATE TABLE dependencies (
	job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
	needs_id TEXT NOT NULL,
	PRIMARY KEY (job_id, needs_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dependencies_needs ON dependencies (needs_id);

CREATE TABLE job_blobs (
	job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
	sha256 TEXT NOT NULL,
	size_bytes INTEGER NOT NULL,
	is_input INTEGER NOT NULL,
	PRIMARY KEY (job_id, is_input, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_blobs_sha256 ON job_blobs (sha256);

CREATE TABLE idempotency (
	owner TEXT NOT NULL,
	key TEXT NOT NULL,
	body_hash TEXT NOT NULL,
	job_ids TEXT NOT NULL, -- JSON
	created_at INTEGER NOT NULL,
	PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs ( -- how long finished runs took; outlives their jobs
	number INTEGER PRIMARY KEY AUTOINCREMENT,
	engine TEXT NOT NULL,
	asked TEXT NOT NULL,
	size_class TEXT NOT NULL,
	seconds REAL NOT NULL
) STRICT;
CREATE INDEX runs_engine ON runs (engine, number);
CREATE INDEX runs_asked ON runs (asked, number);

CREATE TABLE events (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	job_id TEXT NOT NULL,
	type TEXT NOT NULL,
	state TEXT NOT NULL,
	progress TEXT NOT NULL, -- JSON
	more TEXT NOT NULL -- JSON: notice, file, error
) STRICT;
CREATE INDEX events_job ON events (job_id, seq);

CREATE TABLE keys (
	id TEXT PRIMARY KEY,
	hash TEXT NOT NULL UNIQUE,
	body TEXT NOT NULL, -- JSON
	last_used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
	number INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	job_id TEXT NOT NULL,
	type TEXT NOT NULL,
	url TEXT NOT NULL,
	receiver TEXT NOT NULL, -- scheme, host and port of the URL
	state TEXT NOT NULL,
	next_try_at INTEGER,
	created_at INTEGER NOT NULL,
	ended_at INTEGER,
	message TEXT NOT NULL, -- JSON
	tries TEXT NOT NULL DEFAULT '[]' -- JSON
) STRICT;
CREATE INDEX outbox_due ON outbox (next_try_at) WHERE state = 'waiting';
CREATE INDEX outbox_job ON outbox (job_id);
CREATE TABLE outbox_disabled (url TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`,
	`
-- All that a list is filtered by, beside the large columns and not behind them.
CREATE INDEX jobs_listed ON jobs (owner, state, favourite, created_at, tags, engines, words);
`,
];
