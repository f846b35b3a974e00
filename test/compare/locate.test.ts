import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planLibrary } from '../../src/cli/bundle/library-plan.ts';
import { compiledTracer } from '../../src/cli/compare/compiled-tracer.ts';
import { hostSide } from '../../src/cli/compare/sides/compiled-side.ts';
import { checkRung, expectedPlace } from '../../src/cli/selfcheck/check.ts';
import { DEFECTS } from '../../src/cli/selfcheck/defects.ts';
import { machineCalls, machineSignals, selfCheckLibrary } from '../../src/cli/selfcheck/machine.ts';
import { emulatorTracer } from '../../src/compare/locate/emulator-tracer.ts';
import { locate } from '../../src/compare/locate/locate.ts';
import { tracesDiffer } from '../../src/compare/locate/part.ts';
import type { TracingSide } from '../../src/compare/locate/trace.ts';
import { Emulator, tracedSteps } from '../../src/engine/index.ts';
import { buildHostProgram } from '../../src/host/host-library/build.ts';
import { HostLibrary } from '../../src/host/host-library/process.ts';
import { decodeRunRecord } from '../../src/record/codec.ts';

const DEADLINE_MS = 600_000;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-locate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const objects = (): string => join(folder, 'objects');
const calls = machineCalls(machineSignals());
const library = selfCheckLibrary();
const traced = { axes: library.axes, steps: tracedSteps(library) };

const tracerOf = (program: string): Promise<TracingSide> =>
  compiledTracer(HostLibrary.start(program), 'C library with taps', 1);

/** Knowledge after each call, as the emulator has it. */
function knowledgeOfRun(): Uint8Array[] {
  const emulator = new Emulator(library);
  return calls.map((call) => {
    if (call.operation === 'initialize') emulator.initialize();
    else emulator[call.operation](call.signal!);
    return emulator.knowledge();
  });
}

describe('the C library with taps', () => {
  test(
    'tells inside every call what the emulator tells: signal, every stage, distances, all knowledge',
    async () => {
      const { path } = await buildHostProgram({ plan: planLibrary(library), taps: true, folder: objects() });
      const [ours, theirs] = [emulatorTracer(library, 1), await tracerOf(path)];
      try {
        for (const call of calls) {
          const [reference, target] = [await ours.call(call), await theirs.call(call)];
          expect(tracesDiffer(reference, target)).toBe(false);
          expect(target).toEqual(reference);
          if (call.operation === 'learn') expect(target.stages).toHaveLength(traced.steps.length + 1);
        }
      } finally {
        await theirs.close();
      }
    },
    DEADLINE_MS,
  );

  test(
    'forgets everything with a restart, what lies outside the knowledge too',
    async () => {
      const lost = DEFECTS.find(({ id }) => id === 'lost-learn')!;
      const plan = lost.plant(planLibrary(library));
      const { path } = await buildHostProgram({ plan, taps: true, folder: objects() });
      const side = await tracerOf(path);
      const learnsUntilLost = async (): Promise<number> => {
        await side.restart();
        for (const [index, call] of calls.entries()) {
          const { learnCounter } = await side.call(call);
          if (learnCounter < index) return index;
        }
        return 0;
      };
      try {
        expect([await learnsUntilLost(), await learnsUntilLost()]).toEqual([17, 17]);
      } finally {
        await side.close();
      }
    },
    DEADLINE_MS,
  );
});

describe('the search for the first difference', () => {
  /** An emulator that answers a call otherwise, by its number since the restart and by what it is given. */
  function crooked(bend: (call: number, values: Float32Array) => boolean, cheap: boolean): TracingSide {
    const inner = emulatorTracer(library, 1);
    let count = 0;
    return {
      ...inner,
      name: 'a crooked emulator',
      cheap,
      async restart() {
        count = 0;
        await inner.restart();
      },
      async call(call) {
        const trace = await inner.call(call);
        const bent = call.signal !== null && bend(count++, call.signal);
        return bent && trace.score !== null ? { ...trace, score: (trace.score ^ 1) >>> 0 } : trace;
      },
    };
  }
  const kept = knowledgeOfRun();
  const search = (target: TracingSide, firstMismatch: number) =>
    locate({
      library: traced,
      calls,
      firstMismatch,
      knowledgeAfter: (call) => kept[call]!,
      reference: emulatorTracer(library, 1),
      target,
      names: { reference: 'emulator', target: 'board' },
    });

  test('goes back to the call from which on a difference hides, in a few steps', async () => {
    // Learns from call 40 on are bent; what a user saw differ was call 55.
    const bent = calls.slice(40, 61).map(({ signal }) => signal!);
    const isBent = (_: number, values: Float32Array) => bent.some((signal) => same(signal, values));
    const found = await search(crooked(isBent, false), 55);
    expect(found.call).toBe(40);
    expect(found.part?.stage).toMatchObject({ kind: 'score' });
    expect(found.part?.ulp).toBe(1);
    expect(found.search.repeats).toBe(true);
    expect(found.search.replayedCalls).toBeLessThan(40);
  });

  test('finds what depends on the calls before, which no single call shows', async () => {
    const found = await search(
      crooked((count) => count === 64, false),
      80,
    );
    expect(found.search.repeats).toBe(false);
    expect(found.part?.stage).toMatchObject({ kind: 'score' });
    expect(found.search.bisectionSteps).toBeGreaterThan(2);
    const exact = await search(
      crooked((count) => count === 64, true),
      80,
    );
    expect(exact.call).toBe(65);
  });

  test('says so when nothing shows it again', async () => {
    const found = await search(
      crooked(() => false, false),
      80,
    );
    expect(found).toMatchObject({ call: 80, part: null, search: { repeats: false } });
    expect(found.notKnown).toMatch(/does not follow from its calls/);
  });
});

const same = (a: Float32Array, b: Float32Array): boolean =>
  a.every((value, index) => Object.is(value, b[index]));

describe('planted defects in the C library', () => {
  test('there are ten, each with a place where it begins', () => {
    expect(DEFECTS).toHaveLength(10);
    expect(DEFECTS.map((defect) => expectedPlace(defect).signal)).toEqual([
      31,
      1,
      1,
      23,
      12,
      31,
      44,
      101,
      17,
      expect.any(Number),
    ]);
  });

  test('a defect whose kernel has changed under it is refused, not skipped', () => {
    const plan = planLibrary(library).map((file) => ({
      ...file,
      content: String(file.content).replaceAll('axes', 'axis_count'),
    }));
    for (const { plant } of DEFECTS.slice(0, 2)) expect(() => plant(plan)).toThrow(/cannot be planted/);
  });

  test(
    'a golden pass is identical, and each of the ten is located at its signal and stage',
    async () => {
      const checked = await checkRung({
        folder,
        signal: AbortSignal.timeout(DEADLINE_MS),
        rung: 'host-c',
        target: (plant) => hostSide({ plant, objects: objects() }),
        onDone: () => undefined,
      });
      expect(checked.map(({ id, found }) => [id, found])).toEqual(
        checked.map(({ id, expected }) => [id, expected]),
      );
      expect(checked.every(({ passed }) => passed)).toBe(true);
      expect(checked).toHaveLength(11);
      const golden = decodeRunRecord(readFileSync(checked[0]!.record, 'utf8'), checked[0]!.record);
      expect(golden.comparison).toMatchObject({ identical: true, mismatches: 0 });
      expect(golden.metrics?.ulp).toMatchObject({ max: 0 });
      const causes = Object.fromEntries(
        checked
          .slice(1)
          .map(({ id, record }) => [
            id,
            decodeRunRecord(readFileSync(record, 'utf8'), record).divergence!.cause,
          ]),
      );
      expect(causes).toMatchObject({
        'wrong-scale': expect.stringMatching(/0\.5 times .* another scale/),
        'missing-detrend': expect.stringMatching(
          /on the C library on the host this step left its input as it was/,
        ),
        'fused-multiply-add': expect.stringMatching(/rounded otherwise/),
        'flushed-denormals': expect.stringMatching(/flush to zero/),
        'off-by-one-window': expect.stringMatching(/1 sample late/),
        'swapped-axes': expect.stringMatching(/order 2, 1, 3/),
        'wrong-byte-order': expect.stringMatching(/byte order/),
        'stale-knowledge': expect.stringMatching(/stale/),
        'lost-learn': expect.stringMatching(/not run for it/),
        'wrong-sensitivity': expect.stringMatching(/another sensitivity/),
      });
    },
    DEADLINE_MS,
  );
});
