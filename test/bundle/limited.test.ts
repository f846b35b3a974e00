import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitsOf } from '../../src/cli/bundle/library-plan.ts';
import { boardTableSource } from '../../src/engine/codegen/limits.ts';
import { seededRandom } from '../../src/shared/random.ts';
import type { CpuModel } from '../../src/virtual/core-models.ts';
import type { ChipContext, ChipModel, Peripheral } from '../../src/virtual/interfaces.ts';
import { runNeai } from '../cli/run-neai.ts';
import { smallClassifier } from '../parity/classifier-cases.ts';
import { load } from '../virtual/programs.ts';
import { build, writeInputs } from './build-bundle.ts';

const KERNELS = join(import.meta.dirname, '../../src/engine/kernels');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-limited-'));
  await writeInputs(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a library limited to a board', { timeout: 300_000 }, () => {
  /** Says on which chip it runs and plays: initialize, 30 learns, detect, status, knowledge changed? */
  const PLAYER = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "NanoEdgeAI.h"
extern uint32_t neai_knowledge[NEAI_KNOWLEDGE_SIZE / 4];
uint32_t neai_device_id(void);
uint32_t neai_device_id(void) { return (uint32_t)strtoul(getenv("IDCODE"), 0, 16); }
int main(void)
{
    static uint32_t before[NEAI_KNOWLEDGE_SIZE / 4];
    static float data[NB_AXES * BUFFER_SIZE];
    memset(neai_knowledge, 0x5a, sizeof before);
    memcpy(before, neai_knowledge, sizeof before);
    printf("%d", NanoEdgeAI_initialize());
    for (int n = 0; n < 30; n++) {
        for (int i = 0; i < NB_AXES * BUFFER_SIZE; i++) data[i] = (float)((n * 7 + i * 13) % 29);
        if (NanoEdgeAI_learn(data) != 1) return 1;
    }
    printf(" %d", NanoEdgeAI_detect(data) <= 100 ? 100 : NanoEdgeAI_detect(data));
    printf(" %d", NanoEdgeAI_get_status());
    printf(" %s", memcmp(before, neai_knowledge, sizeof before) ? "learnt" : "unchanged");
    return 0;
}
`;

  /** Says on which chip it runs and plays: initialize, classify, sum of the probabilities, status. */
  const CLASSIFIER_PLAYER = `#include <stdio.h>
#include <stdlib.h>
#include "NanoEdgeAI.h"
uint32_t neai_device_id(void);
uint32_t neai_device_id(void) { return (uint32_t)strtoul(getenv("IDCODE"), 0, 16); }
int main(void)
{
    static float data[NB_AXES * BUFFER_SIZE] = {1.0f, 2.0f, 3.0f};
    float of[CLASS_NUMBER] = {7.0f, 7.0f}, sum = 0.0f;
    printf("%d", NanoEdgeAI_initialize());
    uint8_t answer = NanoEdgeAI_classify(data, of);
    for (int c = 0; c < CLASS_NUMBER; c++) sum += of[c];
    printf(answer <= CLASS_NUMBER ? " class" : " %d", answer);
    printf(" %g %d", (double)sum, NanoEdgeAI_get_status());
    return 0;
}
`;

  it('works there; elsewhere it answers 123, learns nothing and says that it did', async () => {
    const out = join(folder, 'limited');
    const printed = await build(folder, 'limited', '--core', 'host', '--only-for', 'nucleo-l432kc');
    expect(printed.limitedTo).toEqual(['nucleo-l432kc']);
    await writeFile(join(out, 'player.c'), PLAYER);
    const flags = ['-std=c11', '-I.', 'player.c', '-L.', '-lneai', '-lm', '-o', 'player'];
    await execa('gcc', flags, { cwd: out });
    const onChip = async (idcode: string): Promise<string> =>
      (await execa(join(out, 'player'), { env: { IDCODE: idcode } })).stdout;
    expect(await onChip('10016435')).toBe('0 100 0 learnt');
    expect(await onChip('10006433')).toBe('123 123 123 unchanged');
    expect(await onChip('0')).toBe('123 123 123 unchanged');
    const metadata = JSON.parse(await readFile(join(out, 'metadata.json'), 'utf8'));
    expect([metadata.lib_limited, metadata.limited_to]).toEqual([true, ['nucleo-l432kc']]);
    expect(await readFile(join(out, 'documentation.html'), 'utf8')).toContain('limited to nucleo-l432kc');
    const { stdout } = await execa(process.execPath, ['limited/emulator.mjs', 'get_version'], {
      cwd: folder,
    });
    expect(JSON.parse(stdout).limited_to).toEqual(['nucleo-l432kc']);
  });

  it('that classifies answers 123 elsewhere, with every probability 0', async () => {
    const out = join(folder, 'classifier');
    await mkdir(out);
    const { library } = smallClassifier(seededRandom(3));
    await writeFile(join(out, 'library.json'), JSON.stringify(library));
    const args = ['--core', 'host', '--only-for', 'nucleo-l432kc', '--out', '.', '--json'];
    const { stdout, stderr } = await runNeai(out, 'build', '.', ...args);
    expect(JSON.parse(stdout).limitedTo, stderr).toEqual(['nucleo-l432kc']);
    await writeFile(join(out, 'player.c'), CLASSIFIER_PLAYER);
    const flags = ['-std=c11', '-I.', 'player.c', '-L.', '-lneai', '-lm', '-o', 'player'];
    await execa('gcc', flags, { cwd: out });
    const onChip = async (idcode: string): Promise<string> =>
      (await execa(join(out, 'player'), { env: { IDCODE: idcode } })).stdout;
    expect(await onChip('10016435')).toBe('0 class 1 0');
    expect(await onChip('10006433')).toBe('123 123 0 123');
    const metadata = JSON.parse(await readFile(join(out, 'metadata.json'), 'utf8'));
    expect([metadata.lib_limited, metadata.limited_to]).toEqual([true, ['nucleo-l432kc']]);
    expect(await readFile(join(out, 'documentation.html'), 'utf8')).toContain('limited to nucleo-l432kc');
  });

  it('is refused by compare on another board before anything is learned, by its own code and not as a mismatch', async () => {
    const out = join(folder, 'for-l476rg');
    await build(folder, 'for-l476rg', '--core', 'cortex-m4', '--only-for', 'nucleo-l476rg');
    const lines = ['--learn', 'regular.csv:1-30', '--detect', 'regular.csv:31-40=nominal'];
    const compare = ['compare', '--library', out, ...lines, '--board', 'nucleo-l432kc', '--json'];
    const { exitCode, stdout, stderr } = await runNeai(folder, ...compare);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('LIBRARY_NOT_AUTHORISED');
    const { equivalence, mismatches, record } = JSON.parse(stdout);
    expect(equivalence.verdict).toBe('NOT SHOWN');
    expect(equivalence.reasons.join()).toContain('not authorised on this board');
    expect(mismatches).toBe(0);
    const { calls, failure } = JSON.parse(await readFile(record, 'utf8'));
    expect(failure.code).toBe('LIBRARY_NOT_AUTHORISED');
    expect(calls.target.code).toEqual([]);
  });

  it('cannot be limited to a board that nobody knows', async () => {
    const args = ['build', '.', '--core', 'cortex-m4', '--out', 'x', '--only-for', 'nucleo-x'];
    expect(await runNeai(folder, ...args)).toMatchObject({ stdout: '', exitCode: 2 });
  });

  it('is not built without limits where the list of boards names none', async () => {
    const args = ['build', '.', '--core', 'cortex-m4', '--out', 'x', '--only-for', ','];
    const refused = await runNeai(folder, ...args);
    expect(refused).toMatchObject({ stdout: '', exitCode: 2 });
    expect(refused.stderr).toContain('It must be names of boards');
  });

  it('cannot be limited to a board that cannot run it', () => {
    expect(() => limitsOf(['nucleo-l432kc'], 'cortex-m33')).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: 'nucleo-l432kc cannot run a library for cortex-m33',
      }),
    );
    expect(limitsOf(['nucleo-l432kc'], 'host')).not.toBeNull();
  });

  it('takes what it has to know of a chip from board.json', () => {
    const boards = ['nucleo-l432kc', 'nucleo-f072rb', 'nucleo-g071rb', 'nucleo-f103rb', 'nucleo-l432kc'];
    expect(limitsOf(boards, 'cortex-m0')).toMatchObject({
      devices: [
        { deviceId: 0x435, hiddenOnCpuid: 0 },
        { deviceId: 0x448, hiddenOnCpuid: 0 },
        { deviceId: 0x460, hiddenOnCpuid: 0 },
        { deviceId: 0x410, hiddenOnCpuid: 0x411fc231 },
      ],
      debugClocks: [
        { address: 0x40021018, bit: 22 },
        { address: 0x4002103c, bit: 27 },
      ],
    });
  });
});

/** A register for each address; reading the identity counts. */
function chipWith(registers: Map<number, number>, isShown: () => boolean) {
  return (_context: ChipContext): ChipModel => ({
    peripherals: [...registers.keys()].map(
      (address): Peripheral => ({
        name: address.toString(16),
        baseAddress: address,
        sizeBytes: 4,
        read: () => (isShown() || isClock(address) ? registers.get(address)! : 0),
        write: (_offset, _size, value) => void registers.set(address, value >>> 0),
        reset: () => undefined,
      }),
    ),
    flashSink: { write: () => undefined, readTorn: () => undefined },
    reset: () => undefined,
    powerOff: () => undefined,
  });
}
const CLOCK = 0x40021018;
const isClock = (address: number): boolean => address === CLOCK;

describe('on a chip, the library finds out by itself where it is', () => {
  const F030 = { deviceId: 0x440, hiddenOnCpuid: 0 };

  async function whereAmI(
    model: CpuModel,
    {
      devices,
      registers,
      isShown = () => true,
    }: { devices: readonly (typeof F030)[]; registers: Map<number, number>; isShown?: () => boolean },
  ) {
    const kernel = await readFile(join(KERNELS, 'neai_board.c'), 'utf8');
    const table = boardTableSource({ boards: [], devices, debugClocks: [{ address: CLOCK, bit: 22 }] });
    const program = load(
      model,
      `${kernel}\n${table}
uint32_t is_allowed, id, masks, control;
int main(void) {
  id = neai_device_id();
  is_allowed = (uint32_t)neai_board_is_allowed();
  __asm__ volatile("mrs %0, primask" : "=r"(masks));
  control = SCB_CCR;
  __asm__ volatile("bkpt 0");
  return 0;
}`,
      { flags: [`-I${KERNELS}`], chip: chipWith(registers, isShown) },
    );
    program.run();
    expect(program.word('masks')).toBe(0);
    return {
      id: program.word('id'),
      isAllowed: program.word('is_allowed') === 1,
      control: program.word('control'),
    };
  }

  it.each<[CpuModel, number]>([
    ['cortex-m0', 0x40015800],
    ['cortex-m3', 0xe0042000],
    ['cortex-m4', 0xe0042000],
    ['cortex-m7', 0xe0042000],
    ['cortex-m33', 0xe0044000],
  ])("reads DBGMCU_IDCODE of a %s at its core's own address", async (model, address) => {
    const registers = (): Map<number, number> => new Map([[address, 0x20006440]]);
    const at = await whereAmI(model, { devices: [F030], registers: registers() });
    expect(at).toMatchObject({ id: 0x20006440, isAllowed: true });
    expect(at.control & 0x100).toBe(0);
    const elsewhere = await whereAmI(model, {
      devices: [{ deviceId: 0x435, hiddenOnCpuid: 0 }],
      registers: registers(),
    });
    expect(elsewhere.isAllowed).toBe(false);
  });

  it('switches the clock of DBGMCU on for a look where it has one, and off again', async () => {
    const registers = new Map([
      [0x40015800, 0x20006440],
      [CLOCK, 1],
    ]);
    const isShown = (): boolean => (registers.get(CLOCK)! & (1 << 22)) !== 0;
    const at = await whereAmI('cortex-m0', { devices: [F030], registers, isShown });
    expect(at).toMatchObject({ id: 0x20006440, isAllowed: true });
    expect(registers.get(CLOCK)).toBe(1);
  });

  it('takes 0 for the identity of a chip whose erratum hides it, by the core it has', async () => {
    const registers = (): Map<number, number> =>
      new Map([
        [0xe0042000, 0],
        [CLOCK, 0],
      ]);
    const hidden = (hiddenOnCpuid: number) => [{ deviceId: 0x410, hiddenOnCpuid }];
    const cpuid = load(
      'cortex-m3',
      'uint32_t cpuid; int main(void) { cpuid = REG(0xe000ed00); __asm__ volatile("bkpt 0"); return 0; }',
    );
    cpuid.run();
    const own = cpuid.word('cpuid');
    expect((await whereAmI('cortex-m3', { devices: hidden(own), registers: registers() })).isAllowed).toBe(
      true,
    );
    expect(
      (await whereAmI('cortex-m3', { devices: hidden(own ^ 1), registers: registers() })).isAllowed,
    ).toBe(false);
  });
});
