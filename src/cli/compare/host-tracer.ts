import { isSimilarity } from '../../compare/compare-runs.ts';
import type { CallTrace, TracedCall, TracingSide } from '../../compare/locate/trace.ts';
import { HostLibrary } from '../../host/host-library/process.ts';

/** Return code of a learn that has stored its signal. */
const LEARNED = 1;

/** The C library on this computer with its stages laid open; a restart is a process of its own. @param program built with taps */
export async function hostTracer(program: string, sensitivity: number): Promise<TracingSide> {
  const library = HostLibrary.start(program);
  await library.trace(true);
  return {
    name: 'C library with taps',
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

async function traceOn(library: HostLibrary, call: TracedCall, sensitivity: number): Promise<CallTrace> {
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
