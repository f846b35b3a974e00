/** What tells the flash controllers with double words apart: register places, banks, words read as delivered. */
export interface FlashLayout {
  readonly offset: {
    readonly KEYR: number;
    readonly OPTKEYR: number;
    readonly PDKEYR: number;
    readonly SR: number;
    readonly CR: number;
    readonly ECCR: number;
  };
  readonly acrReset: number;
  readonly acrWritable: number;
  readonly crWritable: number;
  /** Bits of PNB, which stands at bit 3 of CR. */
  readonly pageBits: number;
  /** Two banks: how many pages one has; BKER is bit 11 of CR, MER2 bit 15. */
  readonly pagesPerBank?: number;
  /** CFGBSY (SR bit 18): a double word is under way, from its first word on. */
  readonly hasConfigBusy?: boolean;
  /** What ECCR says of an error at an array offset: address and bank. */
  readonly eccAddress: (offsetBytes: number) => number;
  /** Option words, read-only here; the write protection of area A of the first bank stands at `protectionA`. */
  readonly optionWords: Readonly<Record<number, number>>;
  readonly protectionA: number;
}

const L4_OFFSET = { PDKEYR: 0x04, KEYR: 0x08, OPTKEYR: 0x0c, SR: 0x10, CR: 0x14, ECCR: 0x18 } as const;
/** OPTR as delivered: no read protection, no watchdog forced, boot from main flash, two banks where there are two. */
const OPTR = 0xffeff8aa;

/** RM0394 chapter 3. */
export const L43X_FLASH: FlashLayout = {
  offset: L4_OFFSET,
  acrReset: 0x600,
  acrWritable: 0x7f07,
  crWritable: 0x0f0707ff,
  pageBits: 8,
  eccAddress: (offsetBytes) => offsetBytes & 0x7ffff,
  optionWords: { 32: OPTR, 36: 0xffffffff, 40: 0x0fff0000, 48: 0xff00ffff },
  protectionA: 0x2c,
};

/** RM0351 chapter 3: two banks of 256 pages. */
export const L47X_FLASH: FlashLayout = {
  ...L43X_FLASH,
  crWritable: 0x0f078fff,
  pagesPerBank: 256,
  eccAddress: (offsetBytes) => (offsetBytes & 0x7ffff) | (offsetBytes >= 0x80000 ? 1 << 19 : 0),
  optionWords: {
    ...L43X_FLASH.optionWords,
    68: 0xffffffff,
    72: 0x0fff0000,
    76: 0xff00ffff,
    80: 0xff00ffff,
  },
};

/** RM0444 chapter 3. */
export const G0_FLASH: FlashLayout = {
  offset: L4_OFFSET,
  acrReset: 0x00040600,
  acrWritable: 0x00050b07,
  crWritable: 0x0f0701ff,
  pageBits: 6,
  hasConfigBusy: true,
  eccAddress: (offsetBytes) => (offsetBytes >> 3) & 0x3fff,
  optionWords: {
    32: 0xdffffeaa,
    36: 0xffffffff,
    40: 0xff00ff00,
    48: 0xff00ffff,
    52: 0xffffffff,
    56: 0xff00ff00,
    128: 0,
  },
  protectionA: 0x2c,
};

/** RM0438 chapter 6, non-secure registers, TrustZone off: two banks of 128 pages. */
export const L5_FLASH: FlashLayout = {
  offset: { PDKEYR: 0x04, KEYR: 0x08, OPTKEYR: 0x10, SR: 0x20, CR: 0x28, ECCR: 0x30 },
  acrReset: 0,
  acrWritable: 0xe00f,
  crWritable: 0x0b038bff,
  pageBits: 7,
  pagesPerBank: 128,
  eccAddress: (offsetBytes) => (offsetBytes & 0x3ffff) | (offsetBytes >= 0x40000 ? 1 << 21 : 0),
  optionWords: {
    64: 0x7feff8aa,
    68: 0x0800007f,
    72: 0x0bf9007f,
    80: 0xff80ffff,
    84: 0x0,
    92: 0xff80ffff,
    96: 0xff80ffff,
    100: 0,
    104: 0xff80ffff,
    108: 0xff80ffff,
  },
  protectionA: 0x58,
};
