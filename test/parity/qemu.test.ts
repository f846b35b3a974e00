import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { numericCase, portfolioCases } from './cases.ts';
import { classifierCases } from './classifier-cases.ts';
import { differences, inBatches, type Planned, planCase } from './play.ts';
import { buildForQemu, QEMU_MACHINES, type QemuMachine, qemuPlayer } from './qemu.ts';
import { DEADLINE_MS, hasTool, LONG, paritySeed } from './tools.ts';
import { vectorCases } from './vectors.ts';

vi.setConfig({ testTimeout: DEADLINE_MS, hookTimeout: DEADLINE_MS });

const CALLS_PER_CASE = LONG ? 90 : 18;

let folder: string;
let planned: Planned[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-parity-qemu-'));
  const random = [...portfolioCases(paritySeed(6), CALLS_PER_CASE), numericCase(11)];
  planned = [...random.map((one) => planCase(one)), ...vectorCases(), ...classifierCases(12)];
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Whether the machine has the memory for a case. */
function fits({ limits, scriptWords }: QemuMachine, { script, needs }: Planned): boolean {
  if (script.length >= scriptWords) return false;
  if (limits === undefined) return true;
  return (
    needs.workWords <= limits.workWords &&
    needs.knowledgeWords <= limits.knowledgeWords &&
    needs.signalWords <= limits.signalWords
  );
}

/** A second opinion on what instructions do: another emulator's floating point, another's boards. */
describe.each(QEMU_MACHINES)('the emulator and $core on the machine $name of QEMU', (machine) => {
  test('answer with the same bits after every call', async (context) => {
    context.skip(!(await hasTool('qemu-system-arm')), 'qemu-system-arm is not installed');
    const cases = planned.filter((one) => fits(machine, one));
    expect(cases.length).toBeGreaterThan(planned.length / 2);
    const at = join(folder, machine.name);
    const play = qemuPlayer(machine, await buildForQemu(machine, at), at);
    expect(await differences(inBatches(cases, machine.scriptWords), play)).toEqual([]);
  });
});
