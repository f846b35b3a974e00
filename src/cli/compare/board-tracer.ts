import { isSimilarity } from '../../compare/compare-runs.ts';
import type { CallTrace, StageOutput, TracedCall, TracingSide } from '../../compare/locate/trace.ts';
import { tracedSteps } from '../../engine/index.ts';
import type { BoardSession } from '../../host/board.ts';
import type { BuiltFirmware } from '../../host/build.ts';
import type { Client } from '../../protocol/client.ts';
import { readKnowledge, restoreByFirmware } from '../../protocol/knowledge.ts';
import { describeKnowledge } from '../../protocol/knowledge-file.ts';
import { NeaiError } from '../../shared/errors.ts';
import { floatWord } from './board-run.ts';
import type { SideContext } from './sides/side.ts';

/** Return code of a learn that has stored its signal. */
const LEARNED = 1;
/** Words in front of the values of a stage: its number, its length, whether the values follow. */
const HEAD_WORDS = 3;
/** Shares of the trace that are kept where RAM is short: the first that fits. */
const KEPT_SHARES = [1, 2, 4, 8];

/**
 * A board with its stages laid open: firmware with taps takes the place of the shipped one. A restart is a reset by its
 * pin. Where RAM is short, long stages go unseen, and are told as such.
 * @throws what flash and connect throw; BUILD_DOES_NOT_FIT when not even an eighth of a trace has room
 */
export async function boardTracer(
  session: BoardSession,
  build: (traceWords: number) => Promise<BuiltFirmware>,
  { library, sensitivity, signal }: SideContext,
): Promise<TracingSide> {
  const lengths = [library.axes * library.bufferSize, ...tracedSteps(library).map(({ length }) => length)];
  const words = lengths.reduce((sum, length) => sum + HEAD_WORDS + length, 0);
  const firmware = await firstThatFits(
    KEPT_SHARES.map((share) => Math.ceil(words / share)),
    build,
  );
  await session.flash(firmware.elf, { signal });
  const expected = { firmwareHash: Buffer.from(firmware.buildId, 'hex'), libraryId: library.id };
  let client = await session.connect({ signal, expected });
  return {
    name: `${session.board.id} with taps`,
    cheap: false,
    async restart() {
      client = await session.connect({ signal, expected });
    },
    async restore(knowledge) {
      const learnCounter = new DataView(knowledge.buffer, knowledge.byteOffset).getUint32(4, true);
      const { libraryId, uniqueId } = client.hello;
      const origin = { libraryId, uniqueId, learnCounter, sensitivityWord: floatWord(sensitivity) };
      await restoreByFirmware(client, describeKnowledge(knowledge, origin), { signal });
    },
    call: (call) => traceOn(client, call, sensitivity, signal),
    close: async () => undefined,
  };
}

async function firstThatFits(
  sizes: readonly number[],
  build: (traceWords: number) => Promise<BuiltFirmware>,
): Promise<BuiltFirmware> {
  for (const [index, traceWords] of sizes.entries()) {
    try {
      return await build(traceWords);
    } catch (error) {
      const isLast = index === sizes.length - 1;
      if (isLast || !(error instanceof NeaiError && error.code === 'BUILD_DOES_NOT_FIT')) throw error;
    }
  }
  throw new NeaiError('INTERNAL', 'no size of a trace was tried');
}

async function traceOn(
  client: Client,
  call: TracedCall,
  sensitivity: number,
  signal: AbortSignal,
): Promise<CallTrace> {
  const answer = await makeCall(client, call, sensitivity, signal);
  const { stages, distance, score } = await readTrace(client, signal);
  const knowledge = await readKnowledge(client, { signal });
  const ran = stages.length > 0;
  const learned = call.operation === 'learn' && answer.code === LEARNED && ran;
  const scored = isSimilarity(call.operation, answer.code) && ran;
  return {
    ...answer,
    stages,
    score: learned || scored ? score : null,
    distance: scored ? distance : null,
    knowledge: new Uint32Array(Uint8Array.from(knowledge).buffer),
  };
}

async function makeCall(
  client: Client,
  call: TracedCall,
  sensitivity: number,
  signal: AbortSignal,
): Promise<{ code: number; learnCounter: number; digest: number }> {
  if (call.operation === 'initialize') {
    const { code, learnCounter, digest } = await client.call('initialize', {}, { signal });
    await client.call('set_sensitivity', { sensitivity: floatWord(sensitivity) }, { signal });
    return { code, learnCounter, digest };
  }
  if (call.operation === 'learn') {
    const { code, learnCounter, digest } = await client.call('learn', { signal: call.signal! }, { signal });
    return { code, learnCounter, digest };
  }
  const told = await client.call('detect', { signal: call.signal! }, { signal });
  return { code: told.similarityOrCode, learnCounter: told.learnCounter, digest: told.digest };
}

async function readTrace(
  client: Client,
  signal: AbortSignal,
): Promise<{ stages: StageOutput[]; distance: number; score: number }> {
  const bytes: Uint8Array[] = [];
  let told: { words: number; distance: number; score: number };
  let done = 0;
  do {
    const { content, ...rest } = await client.call('trace', { offsetWords: done }, { signal });
    told = rest;
    bytes.push(content);
    done += content.length / 4;
  } while (done < told.words);
  const words = new Uint32Array(Uint8Array.from(Buffer.concat(bytes)).buffer);
  const stages: StageOutput[] = [];
  for (let at = 0; at < words.length; ) {
    const [stage, length, kept] = [words[at]!, words[at + 1]!, words[at + 2] === 1];
    at += HEAD_WORDS;
    stages.push({ stage, words: kept ? words.slice(at, at + length) : null });
    if (kept) at += length;
  }
  return { stages, distance: told.distance, score: told.score };
}
