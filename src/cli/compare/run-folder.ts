import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NeaiError } from '../../shared/errors.ts';
import { makeFolder } from '../make-folder.ts';

/** Where one run leaves everything: record.json, report.html, library.json, firmware.elf, transcripts. */
export interface RunFolder {
  /** YYYYMMDD-HHMMSS-name, UTC. */
  readonly runId: string;
  /** Absolute. */
  readonly path: string;
}

const TRIES = 100;

/** Makes the folder of a new run; two runs of one second get names that differ. @throws NeaiError RUN_FOLDER */
export async function makeRunFolder(root: string, name: string, startedAt: Date): Promise<RunFolder> {
  const [date, time] = startedAt.toISOString().split('T') as [string, string];
  const stamp = `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
  const plain =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9.-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '') || 'run';
  await makeFolder(root, 'RUN_FOLDER');
  try {
    for (let index = 1; index <= TRIES; index++) {
      const runId = `${stamp}-${plain}${index === 1 ? '' : `-${index}`}`;
      const path = resolve(root, runId);
      const made = await mkdir(path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
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
