import { bytes, type Field, samples, text, uint, type Values, word } from './fields.ts';
import { KNOWLEDGE_HEADER_BYTES } from './knowledge-file.ts';
import { KNOWLEDGE_CHUNK_BYTES, MAX_CLASSES, MAX_MANY_DETECTS, STACK_USE_IDS } from './limits.ts';

interface CommandRow {
  readonly id: number;
  readonly name: string;
  /** A read changes nothing and may be executed again; every other answer is kept and repeated instead. */
  readonly read: boolean;
  /** Reserved rows have their place and shape, and boards answer `unsupported`. */
  readonly state: 'built' | 'reserved';
  readonly meaning: string;
  readonly request: readonly Field[];
  readonly response: readonly Field[];
}

const counter = uint('learnCounter', 'learns since initialize, as the library counts them');
const digest = uint('digest', 'CRC-32C of the knowledge');
const ticks = uint('ticks', 'cycle counter over the library call alone, without the digest');
const ownCode = uint(
  'ownCode',
  "what the library itself returned; the same code but for libraries with another generation's interface",
  0xffff,
);

/** The one table. Rows are never renumbered; `hello` never changes its first two fields. */
const COMMANDS = [
  {
    id: 1,
    name: 'hello',
    read: true,
    state: 'built',
    meaning: 'Opens a session under the nonce of its header and says who is there.',
    request: [
      uint('protocolVersion', 'version the host speaks', 255),
      uint('unitBytes', 'longest unit on the line the host will send, 64…655', 655),
    ],
    response: [
      uint('protocolVersion', 'version the board speaks', 255),
      uint('tableHash', 'CRC-32C of the table of commands this firmware was built from'),
      uint('unitBytes', 'longest unit on the line that both sides take', 655),
      uint('windowBytes', 'line bytes that may be on their way to the board, repetitions included'),
      uint('windowMessages', 'messages that may be unanswered', 8),
      uint('baud', 'line rate now'),
      bytes('firmwareHash', 32, 'build id of the image that runs'),
      text('boardId', 32, 'kind of board'),
      text('libraryId', 32, 'id of the library'),
      text('libraryKind', 32, 'anomaly-detection, …'),
      uint(
        'apiGeneration',
        'generation of the library functions (2: the six functions of the AD library)',
        255,
      ),
      uint('axes', 'values per sample instant', 255),
      uint('bufferSize', 'samples per axis in a signal'),
      uint('inputSamples', 'float32 values the input buffer takes: the bound for the _many commands'),
      bytes('uniqueId', 12, 'unique id of the MCU, three little-endian words'),
      uint('deviceId', 'DBGMCU device id, revision in the upper half word'),
      uint('resetCause', 'reason of the last reset, see the table of reset causes', 255),
      uint('bootCounter', 'boots since power-on, 1 after power-on'),
      uint('longestCallMs', 'no call into the library takes longer'),
      uint('coreClockHz', 'clock that the ticks count'),
      uint('knowledgeAddress', 'where the section .neai starts'),
      uint('knowledgeBytes', 'length of the section .neai'),
      uint(
        'capabilities',
        'bits: 1 the library tells its learn counter (else the core counts), 2 the first word of its knowledge is its version, 4 it takes a sensitivity',
        255,
      ),
    ],
  },
  {
    id: 2,
    name: 'ping',
    read: true,
    state: 'built',
    meaning: 'Keeps a raised line rate alive and proves the path.',
    request: [],
    response: [uint('bootCounter', 'as in hello')],
  },
  {
    id: 3,
    name: 'initialize',
    read: false,
    state: 'built',
    meaning: 'Runs the library function initialize: knowledge is forgotten, sensitivity is 1.',
    request: [],
    response: [
      uint(
        'code',
        '0, 123 when the library is limited to other boards, 255 for any other code of its own',
        255,
      ),
      counter,
      digest,
      ticks,
      ownCode,
    ],
  },
  {
    id: 4,
    name: 'learn',
    read: false,
    state: 'built',
    meaning: 'Learns one signal.',
    request: [samples('signal', 'axes × bufferSize values, interleaved')],
    response: [
      uint(
        'code',
        '1 learned, 0 not initialised, 2 NaN or infinity in the signal, 123 limited, 255 any other code',
        255,
      ),
      counter,
      digest,
      ticks,
      ownCode,
    ],
  },
  {
    id: 5,
    name: 'detect',
    read: false,
    state: 'built',
    meaning: 'Gives the similarity of one signal.',
    request: [samples('signal', 'axes × bufferSize values, interleaved')],
    response: [
      uint(
        'similarityOrCode',
        '0…100, 123 limited, 124 not ready, 125 NaN or infinity in the signal, 255 any other code',
        255,
      ),
      counter,
      digest,
      ticks,
      ownCode,
    ],
  },
  {
    id: 6,
    name: 'set_sensitivity',
    read: false,
    state: 'built',
    meaning: 'Hands the library a sensitivity and answers the one it then has.',
    request: [word('sensitivity', 'wanted')],
    response: [word('sensitivity', 'in force')],
  },
  {
    id: 7,
    name: 'get_sensitivity',
    read: true,
    state: 'built',
    meaning: 'Answers the sensitivity in force.',
    request: [],
    response: [word('sensitivity', 'in force')],
  },
  {
    id: 8,
    name: 'get_status',
    read: true,
    state: 'built',
    meaning: 'Runs the library function get_status.',
    request: [],
    response: [uint('code', '0, or 123 when the library is limited to other boards', 255), counter, digest],
  },
  {
    id: 9,
    name: 'stats',
    read: true,
    state: 'built',
    meaning: 'Counters of the link and of the firmware since its boot.',
    request: [],
    response: [
      uint('ticks', 'cycle counter now'),
      uint('uptimeMs', 'own time since boot, modulo 2^32'),
      uint('stackBytes', 'deepest stack seen, from the painted stack'),
      uint('bootCounter', 'as in hello'),
      uint('framesAccepted', 'frames whose CRC was right'),
      uint('framesRefused', 'records that were no valid frame'),
      uint('requestsRepeated', 'answers given a second time from the cache'),
      uint('framingErrors', 'seen by the receiver'),
      uint('noiseErrors', 'seen by the receiver'),
      uint('overrunErrors', 'seen by the receiver'),
      uint('ringOverflows', 'times the receive ring was overwritten before it was read'),
      uint('baudFallbacks', 'times the raised rate was given up for want of frames'),
    ],
  },
  {
    id: 10,
    name: 'reset',
    read: false,
    state: 'built',
    meaning: 'Answers, then resets the board by software.',
    request: [],
    response: [uint('bootCounter', 'before the reset')],
  },
  {
    id: 11,
    name: 'set_baud',
    read: false,
    state: 'built',
    meaning: 'Answers at the old rate, then changes it; the host proves the new rate with a ping.',
    request: [uint('baud', 'wanted')],
    response: [uint('baud', 'the nearest rate this board makes')],
  },
  {
    id: 12,
    name: 'knowledge_info',
    read: true,
    state: 'built',
    meaning: 'Where the knowledge lies, and its digest.',
    request: [],
    response: [
      uint('address', 'where the section .neai starts'),
      uint('bytes', 'length of the section .neai'),
      counter,
      digest,
    ],
  },
  {
    id: 13,
    name: 'knowledge_read',
    read: true,
    state: 'built',
    meaning: 'Reads a part of the knowledge.',
    request: [
      uint('offsetBytes', 'from the start of the section'),
      uint('count', 'bytes wanted', KNOWLEDGE_CHUNK_BYTES),
    ],
    response: [bytes('content', KNOWLEDGE_CHUNK_BYTES, 'the part')],
  },
  {
    id: 14,
    name: 'knowledge_write',
    read: false,
    state: 'built',
    meaning:
      'Writes a part of the knowledge, after restore_begin. The first word is kept back until restore_commit.',
    request: [
      uint('offsetBytes', 'from the start of the section'),
      bytes('content', KNOWLEDGE_CHUNK_BYTES, 'the part'),
    ],
    response: [counter, digest],
  },
  {
    id: 15,
    name: 'learn_many',
    read: false,
    state: 'built',
    meaning: 'Learns several short signals in order and stops at the first one the library refuses.',
    request: [samples('signals', 'whole signals, one after the other, as many as the input buffer takes')],
    response: [
      uint('learned', 'signals learned before the first refused one'),
      uint('code', 'of the first refused signal, 1 when none was refused', 255),
      counter,
      digest,
    ],
  },
  {
    id: 16,
    name: 'detect_many',
    read: false,
    state: 'built',
    meaning: 'Gives the similarity of several short signals.',
    request: [samples('signals', `whole signals, one after the other, at most ${MAX_MANY_DETECTS}`)],
    response: [
      bytes('similaritiesOrCodes', MAX_MANY_DETECTS, 'one byte a signal, as detect answers it'),
      counter,
      digest,
    ],
  },
  {
    id: 17,
    name: 'classify',
    read: false,
    state: 'built',
    meaning: 'Class of one signal, for classification libraries; other libraries refuse it as unsupported.',
    request: [samples('signal', 'axes × bufferSize values, interleaved')],
    response: [
      uint(
        'classIdOrCode',
        'most probable class from 1, 123 limited, 124 not ready, 125 NaN or infinity in the signal',
        255,
      ),
      bytes(
        'probabilities',
        4 * MAX_CLASSES,
        'little-endian float32, one a class, together 1; 0 with a code',
      ),
      ticks,
      // One byte: with two the answer of most classes would not fit what the board keeps.
      uint('ownCode', ownCode.meaning, 255),
    ],
  },
  {
    id: 18,
    name: 'trace',
    read: true,
    state: 'built',
    meaning:
      'What happened inside the last learn or detect, in a build with taps; other builds refuse it as unsupported.',
    request: [uint('offsetWords', 'first word wanted of the trace')],
    response: [
      uint('words', 'length of the trace'),
      word('distance', 'of the last detect that computed one, over its reference'),
      word('score', 'the model gave last'),
      bytes(
        'content',
        KNOWLEDGE_CHUNK_BYTES,
        'words of the trace, little-endian: of each stage its number (2^32 − 1: the signal as it came in), its length, 1 when its values follow and 0 when there was no room for them, and the values',
      ),
    ],
  },
  {
    id: 19,
    name: 'restore_begin',
    read: false,
    state: 'built',
    meaning:
      'Begins a restore: looks at the header of the backup and takes the present knowledge away. Until restore_commit or initialize nothing learns or detects.',
    request: [bytes('header', KNOWLEDGE_HEADER_BYTES, 'header of the knowledge file')],
    response: [word('sensitivity', 'in force')],
  },
  {
    id: 20,
    name: 'restore_commit',
    read: false,
    state: 'built',
    meaning:
      'Ends a restore: when the digest is that of the header, writes the first word and sets the sensitivity of the backup.',
    request: [],
    response: [
      word('sensitivityBefore', 'in force until now'),
      word('sensitivity', 'in force'),
      counter,
      digest,
    ],
  },
  {
    id: 21,
    name: 'store_list',
    read: true,
    state: 'built',
    meaning: 'What one slot of the flash store holds.',
    request: [uint('slot', 'counted from 0', 255)],
    response: [
      uint('slots', 'slots there are', 255),
      uint('slotBytes', 'length of a slot'),
      uint('pageBytes', 'what store_erase erases'),
      uint('address', 'where this slot starts'),
      uint('state', '0 empty, 1 valid, 2 damaged', 2),
      uint('isNewest', '1: this is what load takes', 1),
      uint('sequence', 'number of the dump; 0 unless valid'),
      uint('loadAtBoot', '1: loaded after each reset while it is the newest', 1),
      uint('erases', 'times the slot was erased for a dump, as far as its records tell; 0 unless valid'),
      bytes('header', KNOWLEDGE_HEADER_BYTES, 'header of the knowledge file; empty unless valid'),
    ],
  },
  {
    id: 22,
    name: 'store_dump',
    read: false,
    state: 'built',
    meaning: 'RAM to flash: stores the knowledge in the slot that does not hold the newest record.',
    request: [uint('loadAtBoot', '1: load it after each reset', 1)],
    response: [
      uint('slot', 'where it was stored', 255),
      uint('sequence', 'number of the dump'),
      counter,
      digest,
    ],
  },
  {
    id: 23,
    name: 'store_load',
    read: false,
    state: 'built',
    meaning: 'Flash to RAM: loads the newest record and sets its sensitivity.',
    request: [],
    response: [
      uint('slot', 'where it was stored', 255),
      uint('sequence', 'number of the dump'),
      word('sensitivityBefore', 'in force until now'),
      word('sensitivity', 'in force'),
      counter,
      digest,
    ],
  },
  {
    id: 24,
    name: 'store_erase',
    read: false,
    state: 'built',
    meaning: 'Erases one page of the flash store.',
    request: [uint('page', 'counted from the start of the store')],
    response: [uint('erased', '0: it was blank already', 1)],
  },
  {
    id: 25,
    name: 'store_read',
    read: true,
    state: 'built',
    meaning: 'Reads a part of a valid record: the bytes of its knowledge file.',
    request: [
      uint('slot', 'counted from 0', 255),
      uint('offsetBytes', 'from the start of the file'),
      uint('count', 'bytes wanted', KNOWLEDGE_CHUNK_BYTES),
    ],
    response: [bytes('content', KNOWLEDGE_CHUNK_BYTES, 'the part')],
  },
  {
    id: 26,
    name: 'stack_use',
    read: true,
    state: 'built',
    meaning: `Deepest stack of each command since boot, little-endian 16-bit numbers of bytes in the order of ids from 0 to ${STACK_USE_IDS - 1}; 0: it never ran.`,
    request: [],
    response: [
      bytes('stackBytes', 2 * STACK_USE_IDS, 'from the top of the stack'),
      bytes(
        'libraryBytes',
        2 * STACK_USE_IDS,
        'of the library function alone; 0 where the command calls none',
      ),
    ],
  },
] as const satisfies readonly CommandRow[];

export type CommandName = (typeof COMMANDS)[number]['name'];
type Row<Name extends CommandName> = Extract<(typeof COMMANDS)[number], { name: Name }>;
/** What a caller hands in, by field name. */
export type RequestOf<Name extends CommandName> = Values<Row<Name>['request']>;
/** What the board answered, by field name. */
export type ResponseOf<Name extends CommandName> = Values<Row<Name>['response']>;

/** The rows as plain data, for emitters and for looking up what came over the wire. */
export const COMMAND_ROWS: readonly CommandRow[] = COMMANDS;

export function commandRow(name: CommandName): CommandRow {
  return COMMAND_ROWS.find((row) => row.name === name)!;
}
