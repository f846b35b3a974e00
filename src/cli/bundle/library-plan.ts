import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadBoard } from '../../boards/load.ts';
import type { Board } from '../../boards/schema.ts';
import { type BoardLimits, type BundleChoices, generateLibrary, type Library } from '../../engine/index.ts';
import type { Core } from '../../host/library-build.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { FilePlan } from '../../shared/file-plan.ts';

const ENGINE_FOLDER = resolve(import.meta.dirname, '../../engine');

/** The C sources of a library as a plan: the engine reads no files, so the kernels' texts are read here. */
export function planLibrary(
  library: Library,
  { limits, api, knowledge }: BundleChoices = { limits: null },
): FilePlan {
  return generateLibrary(library, {
    kernelSources: (path) => readFileSync(resolve(ENGINE_FOLDER, path), 'utf8'),
    ...(limits && { limits }),
    ...(api && { api }),
    ...(knowledge && { knowledge }),
  });
}

/** Cores in the order in which each runs the code of those before it: ARMv6-M, 7-M, 7E-M, with the M7's FPU, 8-M. */
const ORDER: readonly Core[] = [
  'cortex-m0',
  'cortex-m0plus',
  'cortex-m3',
  'cortex-m4',
  'cortex-m7',
  'cortex-m33',
];

/**
 * What a library for a core that is limited to these boards has to know of their chips.
 * @throws BOARD_UNKNOWN; USAGE when a board cannot run the library
 */
export function limitsOf(boards: readonly string[], core: Core): BoardLimits | null {
  for (const board of boards.map((id) => loadBoard(id))) {
    const needed = core === 'cortex-m0plus' ? 'cortex-m0' : core;
    if (ORDER.indexOf(board.core) >= ORDER.indexOf(needed)) continue;
    throw new NeaiError('USAGE', `${board.id} cannot run a library for ${core}`, {
      asked: `--core ${core}`,
      got: `${board.id} has a ${board.core}`,
      remedy: `Build with --core ${board.core}, or leave the board out.`,
    });
  }
  return limitsTo(boards);
}

/** The same for a firmware of whatever board, also one that the library is not made for. @throws BOARD_UNKNOWN */
export function limitsTo(boards: readonly string[]): BoardLimits | null {
  if (boards.length === 0) return null;
  const found = boards.map((id) => loadBoard(id));
  return { boards: found.map(({ id }) => id), ...chipsOf(found) };
}

function chipsOf(boards: readonly Board[]): Omit<BoardLimits, 'boards'> {
  const devices = boards.map(({ identity }) => ({
    deviceId: identity.deviceId,
    hiddenOnCpuid: identity.deviceIdHiddenOnCpuid ?? 0,
  }));
  const clocks = boards.flatMap(({ identity }) => identity.deviceIdClock ?? []);
  const unlike = <T>(rows: readonly T[]): T[] => [
    ...new Map(rows.map((row) => [JSON.stringify(row), row])).values(),
  ];
  return { devices: unlike(devices), debugClocks: unlike(clocks) };
}
