export interface Migration {
  readonly what: string;
  readonly sql: string;
}

/**
 * Every step from an empty database to the present one. What was released is never changed: a new version is one more
 * entry, and a test brings a filled database of every earlier version up to here.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    what: 'runs with their facts, figures and times',
    sql: `
      CREATE TABLE runs (
        key INTEGER PRIMARY KEY,
        run_id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL CHECK (source IN ('compare', 'scenario')),
        scenario TEXT NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'broken off')),
        neai TEXT NOT NULL,
        board TEXT,
        kind TEXT CHECK (kind IN ('virtual', 'silicon')),
        unique_id TEXT,
        library TEXT,
        commit_id TEXT,
        equivalence TEXT,
        fitness TEXT,
        outcome TEXT,
        first_difference TEXT,
        folder TEXT
      ) STRICT;
      CREATE INDEX runs_by_time ON runs (started_at);
      CREATE TABLE facts (
        run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
        name TEXT NOT NULL,
        value TEXT,
        PRIMARY KEY (run, name)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE figures (
        run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
        name TEXT NOT NULL,
        unit TEXT NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (run, name)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE steps (
        run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        name TEXT NOT NULL,
        seconds REAL NOT NULL,
        PRIMARY KEY (run, number)
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    what: 'plans and answers, call by call',
    sql: `
      CREATE TABLE plans (
        key INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        columns TEXT NOT NULL
      ) STRICT;
      ALTER TABLE runs ADD COLUMN plan INTEGER REFERENCES plans (key);
      CREATE TABLE answers (
        run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
        side TEXT NOT NULL CHECK (side IN ('reference', 'target')),
        first_call INTEGER NOT NULL,
        calls INTEGER NOT NULL,
        columns TEXT NOT NULL,
        PRIMARY KEY (run, side, first_call)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE digests (
        run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (run, name)
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    what: 'attempts, baselines and what was accepted',
    sql: `
      CREATE TABLE attempts (
        run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('passed', 'failed', 'not run')),
        seconds REAL NOT NULL,
        class TEXT,
        code TEXT,
        PRIMARY KEY (run, number)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO attempts (run, number, status, seconds)
        SELECT key, 0,
          CASE WHEN equivalence LIKE '{"verdict":"PASS"%' OR outcome = 'passed' THEN 'passed'
               WHEN outcome = 'not run' THEN 'not run' ELSE 'failed' END,
          max(0, (julianday(ended_at) - julianday(started_at)) * 86400)
        FROM runs WHERE state <> 'running' AND ended_at IS NOT NULL;
      CREATE TABLE bars (
        key INTEGER PRIMARY KEY,
        scenario TEXT NOT NULL,
        board TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('virtual', 'silicon')),
        figure TEXT NOT NULL,
        unit TEXT NOT NULL,
        at TEXT NOT NULL,
        run_id TEXT,
        value REAL NOT NULL,
        move TEXT NOT NULL CHECK (move IN ('first', 'improved', 'accepted')),
        reason TEXT,
        CHECK ((move = 'accepted') = (reason IS NOT NULL))
      ) STRICT;
      CREATE INDEX bars_by_figure ON bars (scenario, board, kind, figure, unit);
      CREATE TABLE acceptances (
        key INTEGER PRIMARY KEY,
        run_id TEXT NOT NULL,
        figure TEXT NOT NULL,
        at TEXT NOT NULL,
        reason TEXT NOT NULL CHECK (length(reason) > 0),
        UNIQUE (run_id, figure)
      ) STRICT;`,
  },
];

/** The version that this neai reads and writes. */
export const HISTORY_VERSION = MIGRATIONS.length;
