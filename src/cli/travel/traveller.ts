import { Emulator, type Library } from '../../engine/index.ts';
import type { BoardSession } from '../../host/board.ts';
import type { Client } from '../../protocol/client.ts';
import { readKnowledge, restoreByFirmware } from '../../protocol/knowledge.ts';
import { describeKnowledge } from '../../protocol/knowledge-file.ts';

export interface State {
  readonly code: number;
  readonly learnCounter: number;
  readonly digest: number;
}

/** A side that learns, gives its knowledge away and takes that of another in. */
export interface Traveller {
  initialize(): Promise<void>;
  learn(values: Float32Array): Promise<State>;
  detect(values: Float32Array): Promise<State>;
  backup(): Promise<Uint8Array>;
  /** @returns the digest afterwards */
  restore(knowledge: Uint8Array): Promise<number>;
}

export function emulatorTraveller(library: Library): Traveller {
  const emulator = new Emulator(library);
  const state = (code: number): State => ({
    code,
    learnCounter: emulator.learnCounter,
    digest: emulator.digest(),
  });
  return {
    async initialize() {
      emulator.initialize();
    },
    learn: async (values) => state(emulator.learn(Float32Array.from(values))),
    detect: async (values) => state(emulator.detect(Float32Array.from(values))),
    backup: async () => emulator.knowledge(),
    async restore(knowledge) {
      emulator.restore(knowledge);
      return emulator.digest();
    },
  };
}

const ONE = 0x3f80_0000;

/** The board of a session that runs the library's firmware. It is reset once, to greet it. */
export async function boardTraveller(
  session: BoardSession,
  library: Library,
  signal: AbortSignal,
): Promise<Traveller> {
  const client: Client = await session.connect({ signal, expected: { libraryId: library.id } });
  const limits = { signal };
  return {
    async initialize() {
      await client.call('initialize', {}, limits);
    },
    learn: (values) => client.call('learn', { signal: values }, limits),
    async detect(values) {
      const { similarityOrCode, learnCounter, digest } = await client.call(
        'detect',
        { signal: values },
        limits,
      );
      return { code: similarityOrCode, learnCounter, digest };
    },
    backup: () => readKnowledge(client, limits),
    async restore(knowledge) {
      const learnCounter = new DataView(knowledge.buffer, knowledge.byteOffset).getUint32(4, true);
      const { libraryId, uniqueId } = client.hello;
      const origin = { libraryId, uniqueId, learnCounter, sensitivityWord: ONE };
      return (await restoreByFirmware(client, describeKnowledge(knowledge, origin), limits)).digest;
    },
  };
}
