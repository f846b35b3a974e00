/** Bits of the flash controllers with double words (RM0394 chapter 3; the same places in RM0351, RM0444 and RM0438). */
export const KEYS = [0x45670123, 0xcdef89ab] as const;
export const OPTION_KEYS = [0x08192a3b, 0x4c5d6e7f] as const;

export const SR = {
  eop: 1 << 0,
  operationError: 1 << 1,
  notErased: 1 << 3,
  writeProtected: 1 << 4,
  alignment: 1 << 5,
  size: 1 << 6,
  sequence: 1 << 7,
  missedData: 1 << 8,
  fast: 1 << 9,
  readProtected: 1 << 14,
  optionValidity: 1 << 15,
  busy: 1 << 16,
} as const;
export const SR_CLEARABLE = 0xc3fb;
/** Flags of an earlier operation that make the next one a sequence error. */
export const SR_BLOCKING = SR.notErased | SR.alignment | SR.size | SR.sequence | SR.missedData | SR.fast;
export const CR = {
  program: 1,
  pageErase: 2,
  massErase: 4,
  bank: 1 << 11,
  massErase2: 1 << 15,
  start: 1 << 16,
  optionStart: 1 << 17,
  fastProgram: 1 << 18,
  eopIrq: 1 << 24,
  errorIrq: 1 << 25,
  readErrorIrq: 1 << 26,
  optionLaunch: 1 << 27,
  optionLock: 1 << 30,
} as const;
export const CR_LOCK = 0x8000_0000;
export const CR_RESET = 0xc000_0000;
export const ECCR = { irqEnable: 1 << 24, corrected: 1 << 30 } as const;
export const ECC_DETECTED = 0x8000_0000;
