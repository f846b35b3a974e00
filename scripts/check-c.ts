/**
 * Compiles all C with warnings as errors: every kernel in one program for this host and for a core without FPU, and each
 * board's firmware around a small library. The flags are those of firmware/cmake/flags.cmake.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listBoards } from '../src/boards/load.ts';
import { buildBoardFirmware } from '../src/cli/build.ts';
import { createLibrary } from '../src/engine/index.ts';
import { describeError, NeaiError } from '../src/shared/errors.ts';
import { buildDispatch } from '../test/parity/build.ts';

const SMALL_LIBRARY = createLibrary(
  {
    format: 'neai-library',
    formatVersion: 1,
    kind: 'anomaly-detection',
    axes: 3,
    bufferSize: 64,
    pipeline: [{ transform: 'quantiles', params: {} }],
    model: { name: 'diag', params: {} },
    calibration: { scale: '3f800000', width: '40000000' },
    detectFloor: 20,
    minimumLearningIterations: 20,
  },
  null,
);

const folder = await mkdtemp(join(tmpdir(), 'neai-check-c-'));
try {
  for (const core of ['host', 'cortex-m0']) await buildDispatch({ core, outDir: join(folder, core) });
  for (const board of listBoards()) {
    await buildBoardFirmware(SMALL_LIBRARY, board, join(folder, board), AbortSignal.timeout(120_000));
  }
} catch (error) {
  console.error(error instanceof NeaiError ? describeError(error) : String(error));
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
