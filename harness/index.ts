/** All that a scenario may import (docs/scenarios.md). */

export type { Answer, Backup, Board, BoardAnswer, LineFault } from './board.ts';
export type { Dataset } from './dataset.ts';
export { expect } from './expect.ts';
export type { Reference } from './reference.ts';
export type { Signal } from './signal.ts';
export type { Rack, ScenarioOptions } from './test.ts';
export { test } from './test.ts';
export { writtenScenarios } from './written/register.ts';
