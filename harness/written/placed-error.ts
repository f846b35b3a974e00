import { resolve } from 'node:path';
import type { NeaiError } from '../../src/shared/errors.ts';
import { BoardError } from '../board-error.ts';

/** An error with a place in a YAML file, whose stack is that place alone: reports then show those lines, not our code. */
export function placedError(error: NeaiError): BoardError {
  const placed = new BoardError(error);
  const { file, line, column } = error.details;
  if (file !== undefined && line !== undefined)
    placed.stack = `${placed.name}: ${placed.message}\n    at ${resolve(file)}:${line}:${column ?? 1}`;
  return placed;
}
