import { Emulator, type Library, RETURN_CODE } from '../../engine/index.ts';
import { isSimilarity } from '../compare-runs.ts';
import type { CallTrace, StageOutput, TracedCall, TracingSide } from './trace.ts';

/** The emulator with its stages laid open. */
export function emulatorTracer(library: Library, sensitivity: number): TracingSide {
  let stages: StageOutput[] = [];
  const fresh = (): Emulator =>
    new Emulator(library, (stage, output) => {
      stages.push({ stage, words: new Uint32Array(Float32Array.from(output).buffer) });
    });
  let emulator = fresh();
  const answer = (call: TracedCall): number => {
    if (call.operation === 'initialize') {
      const code = emulator.initialize();
      emulator.setSensitivity(sensitivity);
      return code;
    }
    return emulator[call.operation](Float32Array.from(call.signal!));
  };
  return {
    name: 'emulator',
    cheap: true,
    async restart() {
      emulator = fresh();
    },
    async restore(knowledge) {
      emulator.restore(knowledge);
      emulator.setSensitivity(sensitivity);
    },
    async call(call): Promise<CallTrace> {
      stages = [];
      const code = answer(call);
      const learned = call.operation === 'learn' && code === RETURN_CODE.learnDone;
      const scored = isSimilarity(call.operation, code);
      return {
        code,
        learnCounter: emulator.learnCounter,
        digest: emulator.digest(),
        stages,
        score: learned || scored ? emulator.scoreBits() : null,
        distance: scored ? emulator.distanceBits() : null,
        knowledge: new Uint32Array(emulator.knowledge().slice().buffer),
      };
    },
    async close() {},
  };
}
