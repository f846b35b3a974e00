import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadBoard } from '../../boards/load.ts';
import type { Board } from '../../boards/schema.ts';
import { type BoardLimits, generateLibrary, type Library } from '../../engine/index.ts';
import type { FilePlan } from '../../shared/file-plan.ts';

const ENGINE_FOLDER = resolve(import.meta.dirname, '../../engine');

/** The C sources of a library as a plan: the engine reads no files, so the kernels' texts are read here. */
export function planLibrary(library: Library, limits: BoardLimits | null = null): FilePlan {
  return generateLibrary(library, {
    kernelSources: (path) => readFileSync(resolve(ENGINE_FOLDER, path), 'utf8'),
    ...(limits && { limits }),
  });
}

/** What a library limited to these boards has to know of their chips. @throws BOARD_UNKNOWN */
export function limitsOf(boards: readonly string[]): BoardLimits | null {
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
