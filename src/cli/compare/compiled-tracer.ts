import { isSimilarity } from '../../compare/compare-runs.ts';
import type { CallTrace, TracedCall, TracingSide } from '../../compare/locate/trace.ts';
import type { CompiledLibrary } from '../../host/compiled-library.ts';

/** Return code of a learn that has stored its signal. */
const LEARNED = 1;

/** A compiled library with its stages laid open. @param library built with taps; closed with the tracer */
export async function compiledTracer(
  library: CompiledLibrary,
  name: string,
  sensitivity: number,
): Promise<TracingSide> {
  await library.trace(true);
  return {
    name,
    cheap: true,
    async restart() {
      library.restart();
      await library.trace(true);
    },
    async restore(knowledge) {
      await library.restore(knowledge);
      await library.setSensitivity(sensitivity);
    },
    call: (call) => traceOn(library, call, sensitivity),
    close: () => library.close(),
  };
}

async function traceOn(library: CompiledLibrary, call: TracedCall, sensitivity: number): Promise<CallTrace> {
  const answer =
    call.operation === 'initialize'
      ? await library.initialize()
      : await library[call.operation](call.signal!);
  if (call.operation === 'initialize') await library.setSensitivity(sensitivity);
  const { code, learnCounter, digest, stages, scoreBits, distanceBits } = answer;
  const learned = call.operation === 'learn' && code === LEARNED && stages.length > 0;
  const scored = isSimilarity(call.operation, code) && stages.length > 0;
  return {
    code,
    learnCounter,
    digest,
    stages,
    score: learned || scored ? scoreBits : null,
    distance: scored ? distanceBits : null,
    knowledge: new Uint32Array((await library.knowledge()).slice().buffer),
  };
}
