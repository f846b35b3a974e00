import { type ApiName, Emulator, type Library } from '../../../src/engine/index.ts';

/** What the firmware of each generation has to log: the emulator's answers, in that generation's codes. */
export interface Replay {
  /** Signals in the order in which the firmware takes them. */
  readonly signals: readonly Float32Array[];
  readonly learns: number;
  readonly detects: number;
}

const UNSET = 111;
const SENSITIVITY = 2.5;

/** Codes of states, written from what the generations' headers declare. */
const V3 = { ok: 0, notInitialized: 123, notEnough: 126, enough: 127, unknown: 128 };
const V3_EARLY = { ...V3, enough: 0, unknown: 127 };
const V5 = { ok: 0, notInitialized: 2, invalid: 3, notSupported: 4, done: 5, inProgress: 6 };

export function expectedLog(generation: ApiName, library: Library, replay: Replay): number[] {
  if (generation === 'v2') return expectedV2(library, replay);
  return generation === 'v5'
    ? expectedV5(library, replay)
    : expectedV3(library, replay, generation === 'v3' ? V3 : V3_EARLY);
}

/** Signals one by one, and the emulator that they go into. */
function start(library: Library, { signals }: Replay) {
  const emulator = new Emulator(library);
  let taken = 0;
  return { emulator, next: (): Float32Array => signals[taken++]! };
}

function expectedV2(library: Library, replay: Replay): number[] {
  const { emulator, next } = start(library, replay);
  const first = next();
  const log = [emulator.learn(first), emulator.detect(first), emulator.initialize(), emulator.getStatus()];
  log.push(emulator.detect(first));
  for (let i = 0; i < replay.learns; i++) {
    const signal = next();
    log.push(emulator.learn(signal), emulator.detect(signal));
  }
  for (let i = 0; i < replay.detects; i++) log.push(emulator.detect(next()));
  emulator.setSensitivity(SENSITIVITY);
  log.push(10 * SENSITIVITY, emulator.detect(next()));
  const broken = next();
  log.push(emulator.learn(broken), emulator.detect(broken), emulator.digest());
  return log;
}

function expectedV3(library: Library, replay: Replay, code: typeof V3): number[] {
  const { emulator, next } = start(library, replay);
  let similarity = UNSET;
  const detect = (signal: Float32Array): [number, number] => {
    const answer = emulator.detect(signal);
    if (answer > 100) return [answer === 125 ? code.unknown : code.notEnough, similarity];
    similarity = answer;
    return [code.ok, similarity];
  };
  const first = next();
  const log = [code.notInitialized, code.notInitialized, UNSET, emulator.initialize(), ...detect(first)];
  for (let i = 1; i <= replay.learns; i++) {
    const signal = next();
    emulator.learn(signal);
    log.push(i < library.minimumLearningIterations ? code.notEnough : code.enough, ...detect(signal));
  }
  for (let i = 0; i < replay.detects; i++) log.push(...detect(next()));
  emulator.setSensitivity(SENSITIVITY);
  log.push(code.ok, code.unknown, 10 * SENSITIVITY, ...detect(next()));
  log.push(code.unknown, ...detect(next()), emulator.digest());
  return log;
}

function expectedV5(library: Library, replay: Replay): number[] {
  const { emulator, next } = start(library, replay);
  let similarity = UNSET;
  const detect = (signal: Float32Array): [number, number] => {
    if (emulator.learnCounter < library.minimumLearningIterations) return [V5.inProgress, similarity];
    const answer = emulator.detect(signal);
    if (answer > 100) return [V5.invalid, similarity];
    similarity = answer;
    return [V5.ok, similarity];
  };
  const first = next();
  const log = [1, V5.notInitialized, V5.notInitialized, UNSET, V5.notSupported, emulator.initialize()];
  log.push(...detect(first));
  for (let i = 1; i <= replay.learns; i++) {
    const signal = next();
    emulator.learn(signal);
    log.push(i < library.minimumLearningIterations ? V5.inProgress : V5.done, ...detect(signal));
  }
  for (let i = 0; i <= replay.detects; i++) log.push(...detect(next()));
  log.push(V5.invalid, ...detect(next()), V5.invalid, emulator.digest());
  return log;
}
