import { mkdir, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { NeaiError } from '../../shared/errors.ts';
import { formatRunId, parseRunId, runHost } from '../../shared/run-id.ts';
import { makeFolder } from '../make-folder.ts';

/** Where one run leaves everything: record.json, report.html, library.json, firmware.elf, frames, transcripts. */
export interface RunFolder {
  /** YYYYMMDD-HHMMSS-name-host-n, UTC. */
  readonly runId: string;
  /** Absolute. */
  readonly path: string;
}

const TRIES = 100;

/** What this computer is called: NEAI_HOST, for ids travel in records, pages and bundles; else its own name. */
export const thisHost = (): string => process.env['NEAI_HOST'] || hostname();

/** Makes the folder of a new run. Its number goes on from the runs of this computer in `root`. @throws NeaiError RUN_FOLDER */
export async function makeRunFolder(root: string, name: string, startedAt: Date): Promise<RunFolder> {
  await makeFolder(root, 'RUN_FOLDER');
  try {
    const host = thisHost();
    const first = (await highestNumber(root, runHost(host))) + 1;
    for (let number = first; number < first + TRIES; number++) {
      const runId = formatRunId({ startedAt, name, host, number });
      const path = resolve(root, runId);
      const made = await mkdir(path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          // another run began in this very second
          if (error.code === 'EEXIST') return false;
          throw error;
        },
      );
      if (made) return { runId, path };
    }
    throw new Error(`${TRIES} runs of this name began in one second`);
  } catch (cause) {
    throw new NeaiError('RUN_FOLDER', 'the folder for the results could not be made', {
      file: resolve(root),
      got: (cause as Error).message,
      cause,
    });
  }
}

async function highestNumber(root: string, host: string): Promise<number> {
  const names = await readdir(root);
  return names.reduce((highest, name) => {
    const parts = parseRunId(name);
    return parts?.host === host ? Math.max(highest, parts.number) : highest;
  }, 0);
}
