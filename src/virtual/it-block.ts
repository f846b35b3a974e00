/** Halfword of the code at an even address; 0 where nothing is mapped. */
export type ReadHalfword = (address: number) => number;

/** Pages after which the emulator library ends a translated block, Armv7-M. */
const PAGE_BYTES = 1024;
/** Three wide instructions and the IT itself: so far behind it the last one of its block begins. */
export const MOST_BYTES_BEHIND_IT = 14;
const ITSTATE_HIGH_SHIFT = 8;

const isWide = (halfword: number): boolean => halfword >>> 11 >= 0x1d;
const isIt = (halfword: number): boolean => (halfword & 0xff00) === 0xbf00 && (halfword & 0xf) !== 0;
/** Instructions that an IT mask covers, or still covers. */
const covered = (mask: number): number => 4 - Math.log2(mask & -mask);

/**
 * Where a counted run really stopped. The library finishes an IT block that has begun, and where the branch that closes
 * it leads into a block already translated, it forgets to note where that is: its program counter still names the last
 * instruction of the IT block that was executed. Run from there again, it would be executed twice, and the rest without
 * its condition. The same comes of an instruction of the block that lies across two pages: the library stops behind it, in
 * the block, and names the instruction itself. No other stop lies inside an IT block.
 * @param xpsr as the library has it: IT bits tell of a block that is cut by a page
 * @returns pc itself where it is right
 */
export function pcBehindItBlock(read: ReadHalfword, pc: number, xpsr: number): number {
  for (let at = pc - 2; at >= pc - MOST_BYTES_BEHIND_IT; at -= 2) {
    if (!isIt(read(at)) || !beginsInstruction(read, at)) continue;
    const block = addressesOf(read, at + 2, covered(read(at) & 0xf));
    const [last, end] = block.slice(-2) as [number, number];
    if (!block.slice(0, -1).includes(pc)) continue;
    const state = ((xpsr >>> ITSTATE_HIGH_SHIFT) & 0xfc) | ((xpsr >>> 25) & 3);
    if ((state & 0xf) !== 0) return block.at(-1 - covered(state & 0xf)) ?? pc;
    const target = pc === last ? directTarget(read, last) : undefined;
    if (target !== undefined) return target;
    const ends = end % PAGE_BYTES === 0 || (pc !== last && isBranch(read, last));
    const hasRunAcrossPages = pc === last && last % PAGE_BYTES === PAGE_BYTES - 2 && isWide(read(last));
    return ends || hasRunAcrossPages ? end : pc;
  }
  return pc;
}

/** Addresses of so many instructions, and the one behind them. */
function addressesOf(read: ReadHalfword, first: number, count: number): number[] {
  const addresses = [first];
  for (let i = 0; i < count; i++) addresses.push(addresses[i]! + (isWide(read(addresses[i]!)) ? 4 : 2));
  return addresses;
}

/** Halfwords that begin a wide instruction pair up from the first behind one that does not. */
function beginsInstruction(read: ReadHalfword, at: number): boolean {
  let before = 0;
  while (isWide(read(at - 2 * (before + 1)))) before++;
  return before % 2 === 0;
}

const isWideBranch = (first: number, second: number): boolean =>
  (first & 0xf800) === 0xf000 && (second & 0x9000) === 0x9000;

function isBranch(read: ReadHalfword, at: number): boolean {
  const [first, second] = [read(at), read(at + 2)];
  if (!isWide(first))
    return (
      (first & 0xf800) === 0xe000 || // B
      (first & 0xff00) === 0x4700 || // BX, BLX
      (first & 0xff00) === 0xbd00 || // POP with PC
      (first & 0xff87) === 0x4687 // MOV PC
    );
  const loadsPc = (first & 0xfe50) === 0xe810 && (second & 0x8000) !== 0; // LDM with PC
  return isWideBranch(first, second) || loadsPc || ((first & 0xff70) === 0xf850 && second >>> 12 === 15);
}

/** Target of B and BL, Armv7-M A7.7.12 and A7.7.18; undefined for what is no such branch. */
function directTarget(read: ReadHalfword, at: number): number | undefined {
  const [first, second] = [read(at), read(at + 2)];
  if (!isWide(first))
    return (first & 0xf800) === 0xe000 ? at + 4 + (((first & 0x7ff) << 21) >> 20) : undefined;
  if (!isWideBranch(first, second)) return undefined;
  const s = (first >>> 10) & 1;
  const i1 = ((second >>> 13) & 1) ^ s ^ 1;
  const i2 = ((second >>> 11) & 1) ^ s ^ 1;
  const offset = (s << 24) | (i1 << 23) | (i2 << 22) | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1);
  return at + 4 + ((offset << 7) >> 7);
}
