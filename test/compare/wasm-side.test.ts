import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { wasmSide } from '../../src/cli/compare/sides/compiled-side.ts';
import { checkRung } from '../../src/cli/selfcheck/check.ts';
import { WasmLibrary } from '../../src/host/wasm-library/library.ts';
import { LLVM_FOLDER } from '../../src/host/wasm-library/llvm-folder.ts';
import { decodeRunRecord } from '../../src/record/codec.ts';

const DEADLINE_MS = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'neai-wasm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!existsSync(join(LLVM_FOLDER, 'llvm-link')))('the C library as WebAssembly', () => {
  test(
    'answers with the bits of the emulator, and what is planted in it is located at its signal and stage',
    async () => {
      const checked = await checkRung({
        folder,
        signal: AbortSignal.timeout(DEADLINE_MS),
        rung: 'wasm',
        target: (plant) => wasmSide({ plant, objects: join(folder, 'objects') }),
        only: ['missing-detrend'],
        onDone: () => undefined,
      });
      expect(checked.map(({ id, passed }) => [id, passed])).toEqual([
        ['golden', true],
        ['missing-detrend', true],
      ]);
      const [golden, detrend] = checked.map(({ record }) =>
        decodeRunRecord(readFileSync(record, 'utf8'), record),
      );
      expect(golden!.sides.target).toMatchObject({
        kind: 'wasm',
        compiler: expect.stringMatching(/clang/),
        planted: false,
      });
      expect(golden!.comparison).toMatchObject({ identical: true, mismatches: 0 });
      // Distances to the bit, of the build with taps.
      expect(golden!.metrics!.ulp).toMatchObject({ of: 'distance', max: 0 });
      expect(detrend!.divergence!.search.taps).toEqual(['emulator', 'WebAssembly with taps']);
    },
    DEADLINE_MS,
  );
});

test('what is no module of a library is refused with a code', () => {
  expect(() => WasmLibrary.start(Uint8Array.of(0, 1, 2, 3))).toThrow(/was stopped/);
});
