/** Registers and bits of the USART as RM0394 has them. */
export const OFFSET = {
  CR1: 0x00,
  CR2: 0x04,
  CR3: 0x08,
  BRR: 0x0c,
  GTPR: 0x10,
  RTOR: 0x14,
  RQR: 0x18,
  ISR: 0x1c,
  ICR: 0x20,
  RDR: 0x24,
  TDR: 0x28,
  PRESC: 0x2c,
} as const;

export const CR1 = {
  enable: 1 << 0,
  receiver: 1 << 2,
  transmitter: 1 << 3,
  idleIrq: 1 << 4,
  rxneIrq: 1 << 5,
  tcIrq: 1 << 6,
  txeIrq: 1 << 7,
  parityErrorIrq: 1 << 8,
  oddParity: 1 << 9,
  parity: 1 << 10,
  m0: 1 << 12,
  cmIrq: 1 << 14,
  over8: 1 << 15,
  rtoIrq: 1 << 26,
  m1: 1 << 28,
} as const;
export const CR2 = { clock: 1 << 11, lin: 1 << 14, rtoEnable: 1 << 23 } as const;
export const CR3 = {
  errorIrq: 1,
  dmaReceive: 1 << 6,
  dmaTransmit: 1 << 7,
  overrunOff: 1 << 12,
  dmaStopOnError: 1 << 13,
} as const;
export const ISR = {
  parityError: 1 << 0,
  framingError: 1 << 1,
  noise: 1 << 2,
  overrun: 1 << 3,
  idle: 1 << 4,
  rxne: 1 << 5,
  tc: 1 << 6,
  txe: 1 << 7,
  receiverTimeout: 1 << 11,
  match: 1 << 17,
  sendBreak: 1 << 18,
  transmitterAck: 1 << 21,
  receiverAck: 1 << 22,
} as const;
export const ISR_RESET = ISR.tc | ISR.txe;
export const ERRORS = ISR.framingError | ISR.noise | ISR.overrun;
/** ICR bits and the ISR bits they clear are at the same places. */
export const CLEARABLE = 0x0012_1b5f;
/** CR1 bits that may be written only while UE is 0: M, DEAT, DEDT, OVER8, WAKE, PCE, PS. */
export const CR1_FROZEN = 0x13ff_9e00;
export const CR2_FROZEN = 0xff6f_ff30;
export const CR3_FROZEN = 0x0000_fb3e;
export const RQR_SEND_BREAK = 1 << 1;
export const RQR_FLUSH = 1 << 3;
