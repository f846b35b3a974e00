/** Pages of the emulator library's translations for Cortex-M. */
const PAGE_BYTES = 1024;
/** An instruction of four bytes here lies in two pages. */
const CROSSES_FROM = PAGE_BYTES - 2;
/** IT has one halfword, and up to three instructions of up to four bytes may stand between it and the last it covers. */
const MOST_BYTES_BEFORE = 2 + 3 * 4;

/**
 * The emulator library ends no run within an IT block. Where an instruction of the block lies across two pages it does all
 * the same, after that instruction, does not count it, and leaves the PC in front of it (libunicorn 2.0.1): it would be
 * executed twice, the second time under the condition of the next one. This tells whether a run has ended so.
 * @param status xPSR with the state of the IT block after the run
 * @param halfword reads code
 */
export function hasRunAcrossPages(
  pc: number,
  status: () => number,
  halfword: (address: number) => number,
): boolean {
  if (pc % PAGE_BYTES !== CROSSES_FROM || !isWide(halfword(pc))) return false;
  const before = stateBefore(pc, halfword);
  return before !== undefined && before !== stateOf(status());
}

/** ITSTATE in front of the instruction at `pc`, from the IT instruction that covers it; undefined where none does. */
function stateBefore(pc: number, halfword: (address: number) => number): number | undefined {
  for (let at = pc - 2; at >= pc - MOST_BYTES_BEFORE; at -= 2) {
    const it = halfword(at);
    if (it >>> 8 !== 0xbf || (it & 0xf) === 0) continue;
    let state = it & 0xff;
    let next = at + 2;
    while (next < pc && state !== 0) {
      next += isWide(halfword(next)) ? 4 : 2;
      state = advanced(state);
    }
    if (next === pc && state !== 0) return state;
  }
  return undefined;
}

/** ITAdvance() of the architecture manual. */
const advanced = (state: number): number => ((state & 7) === 0 ? 0 : (state & 0xe0) | ((state << 1) & 0x1f));

/** ITSTATE[7:2] are bits 15 to 10 of xPSR, ITSTATE[1:0] bits 26 and 25. */
const stateOf = (status: number): number => ((status >>> 8) & 0xfc) | ((status >>> 25) & 3);

const isWide = (halfword: number): boolean => halfword >>> 11 >= 0x1d;
