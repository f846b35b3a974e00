/** Version byte of every header. Another version is another frame format. */
export const PROTOCOL_VERSION = 1;

/** Answers the board keeps for repeated requests, and the most messages that may be under way. */
export const CACHED_ANSWERS = 8;
/** Longest payload of an answer that the board must be able to repeat. */
export const CACHED_ANSWER_BYTES = 64;
/** Session numbers of earlier sessions that the board remembers, to refuse a hello that comes late. */
export const REMEMBERED_SESSIONS = 4;
/** At a raised rate without a valid frame for this long in the board's own time, it goes back to the reset rate. */
export const BAUD_FALLBACK_MS = 2000;
export const RESET_BAUD = 115_200;
/** Bytes of knowledge one message moves. */
export const KNOWLEDGE_CHUNK_BYTES = 512;
export const MAX_MANY_DETECTS = 40;
/** Classes whose probabilities fit an answer that the board must be able to repeat. */
export const MAX_CLASSES = 13;
/** Ids that stack_use tells of: those below this. */
export const STACK_USE_IDS = 32;
/** States of a slot in the flash store, as store_list tells them. */
export const STORE_STATES = ['empty', 'valid', 'damaged'] as const;
