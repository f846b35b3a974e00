import { crc32c } from '../shared/crc32c.ts';
import { NeaiError } from '../shared/errors.ts';

/** What an emulator keeps between calls beside the library's knowledge. */
export interface EmulatorState {
  /** Signals seen since the start of detection. */
  readonly detected: number;
  readonly nominal: number;
  readonly sensitivity: number;
  /** Image of the section `.neai`, byte for byte as long as the section. */
  readonly knowledge: Uint8Array;
}

/** Counters and sensitivity, then the knowledge: the layout of the original's NanoEdgeAI.dat. */
const HEADER_BYTES = 20;
const OFFSET = { library: 0, checksum: 4, detected: 8, nominal: 12, sensitivity: 16 } as const;

/** Bytes of a state file: 20 bytes of little-endian words, then the knowledge. */
export function encodeState(libraryId: string, state: EmulatorState): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + state.knowledge.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(OFFSET.library, libraryWord(libraryId), true);
  view.setUint32(OFFSET.detected, state.detected, true);
  view.setUint32(OFFSET.nominal, state.nominal, true);
  view.setFloat32(OFFSET.sensitivity, state.sensitivity, true);
  bytes.set(state.knowledge, HEADER_BYTES);
  view.setUint32(OFFSET.checksum, crc32c(bytes.subarray(OFFSET.detected)), true);
  return bytes;
}

/** Reads a state file of this library; one of another library, cut short or altered is refused. */
export function decodeState(
  file: string,
  bytes: Uint8Array,
  libraryId: string,
  knowledgeBytes: number,
): EmulatorState {
  const refuse = (message: string, got: string): never => {
    throw new NeaiError('EMULATOR_REFUSED', message, { file, got, remedy: 'Call initialize to begin anew.' });
  };
  if (bytes.length < HEADER_BYTES) return refuse('the state file is cut short', `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(OFFSET.library, true) !== libraryWord(libraryId)) {
    return refuse('the state file belongs to another library', `this library is ${libraryId}`);
  }
  if (bytes.length !== HEADER_BYTES + knowledgeBytes) {
    return refuse(
      'the state file has a wrong length',
      `${bytes.length} bytes, not ${HEADER_BYTES + knowledgeBytes}`,
    );
  }
  if (view.getUint32(OFFSET.checksum, true) !== crc32c(bytes.subarray(OFFSET.detected))) {
    return refuse('the state file is damaged', 'its checksum does not fit');
  }
  return {
    detected: view.getUint32(OFFSET.detected, true),
    nominal: view.getUint32(OFFSET.nominal, true),
    sensitivity: view.getFloat32(OFFSET.sensitivity, true),
    knowledge: bytes.slice(HEADER_BYTES),
  };
}

/**
 * Whether a file that begins so may be overwritten as a state, damaged or of another library as it may be. Counters and
 * sensitivity have zero bytes, a text (somebody's signals) has none.
 * @param beginning 20 bytes or more of the file, or all of a shorter one
 */
export function mayBeState(beginning: Uint8Array): boolean {
  return beginning.length < HEADER_BYTES || beginning.subarray(0, HEADER_BYTES).includes(0);
}

const libraryWord = (libraryId: string): number => crc32c(new TextEncoder().encode(libraryId));
