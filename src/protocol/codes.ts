/**
 * Codes of a refusal. `consumed` says whether the refused message has used up its sequence number: it has when the
 * message was understood as a message, and then the refusal is kept and repeated like an answer.
 */
export const REFUSALS = [
  {
    code: 1,
    name: 'bad_frame',
    consumed: false,
    meaning: 'A record came that is no valid frame (CRC, stuffing, length).',
  },
  { code: 2, name: 'wrong_version', consumed: false, meaning: 'The header is of another protocol version.' },
  {
    code: 3,
    name: 'no_session',
    consumed: false,
    meaning: 'The board knows no session of this nonce: it was reset, or never greeted.',
  },
  { code: 4, name: 'old_session', consumed: false, meaning: 'The frame belongs to an earlier session.' },
  { code: 5, name: 'ahead', consumed: false, meaning: 'A unit before this one is missing.' },
  { code: 6, name: 'too_old', consumed: false, meaning: 'Executed long ago; the answer is no longer kept.' },
  { code: 7, name: 'unknown_command', consumed: true, meaning: 'No such row in the table of commands.' },
  {
    code: 8,
    name: 'unsupported',
    consumed: true,
    meaning: 'A reserved row, or this board or library does not have it.',
  },
  {
    code: 9,
    name: 'malformed',
    consumed: true,
    meaning: 'The payload is not canonical CBOR of the shape in the table.',
  },
  { code: 10, name: 'wrong_type', consumed: true, meaning: 'A field is of another type than in the table.' },
  {
    code: 11,
    name: 'wrong_length',
    consumed: true,
    meaning: 'Not the number of values this library takes, or bytes missing or left over.',
  },
  {
    code: 12,
    name: 'too_large',
    consumed: true,
    meaning: 'The message or a field is longer than this board takes.',
  },
  { code: 13, name: 'out_of_range', consumed: true, meaning: 'A value lies outside its limits.' },
  {
    code: 14,
    name: 'wrong_unit',
    consumed: true,
    meaning: 'A continuation without a message, or one that does not fit it.',
  },
  { code: 15, name: 'other_library', consumed: true, meaning: 'The backup is of another library.' },
  {
    code: 16,
    name: 'other_version',
    consumed: true,
    meaning: 'The backup is of another version of the knowledge.',
  },
  {
    code: 17,
    name: 'other_size',
    consumed: true,
    meaning: 'The backup has another size than the knowledge of this library.',
  },
  {
    code: 18,
    name: 'bad_knowledge',
    consumed: true,
    meaning: 'The header of the backup is damaged, or the knowledge has not its digest.',
  },
  { code: 19, name: 'not_restoring', consumed: true, meaning: 'No restore was begun.' },
  {
    code: 20,
    name: 'restore_unfinished',
    consumed: true,
    meaning: 'A restore was begun and neither committed nor given up by initialize.',
  },
  {
    code: 21,
    name: 'no_knowledge',
    consumed: true,
    meaning: 'The library is not initialised: nothing to store.',
  },
  { code: 22, name: 'store_empty', consumed: true, meaning: 'The flash store holds no valid record.' },
  {
    code: 23,
    name: 'store_failed',
    consumed: true,
    meaning: 'The flash did not take or keep what was written.',
  },
] as const;

export type RefusalName = (typeof REFUSALS)[number]['name'];

/** Fields of the payload of a refusal, positional. */
export const REFUSAL_FIELDS = ['code', 'expectedSequence', 'bootCounter', 'detail'] as const;

/** Reset causes as `hello` and the banner tell them. */
export const RESET_CAUSES = [
  'unknown',
  'power-on',
  'pin',
  'software',
  'watchdog',
  'brown-out',
  'low-power',
  'option-bytes',
] as const;

export type ResetCause = (typeof RESET_CAUSES)[number];
