import type { FlashArray } from './flash-array.ts';
import { CR, CR_LOCK, SR, SR_BLOCKING } from './flash-registers.ts';

/** Why a write of data is not done. */
export interface Refusal {
  readonly flags: number;
  readonly why: string;
}

/** A write into the flash's address space and the state it meets. */
interface DataWrite {
  readonly cr: number;
  readonly sr: number;
  readonly sizeBytes: 1 | 2 | 4;
  /** Offset in the array. */
  readonly offset: number;
  /** Offset of the first word of a double word that waits for its second. */
  readonly firstOffset: number | undefined;
  readonly arrayBytes: number;
}

/** Errors of a single write, in the order in which the controller looks (RM0394, programming errors). */
export function refuseData(write: DataWrite): Refusal | undefined {
  const { cr, sr, sizeBytes, offset, firstOffset } = write;
  const modes = cr & (CR.program | CR.fastProgram | CR.pageErase | CR.massErase);
  if (cr & CR_LOCK || modes === 0) return { flags: SR.sequence, why: 'flash written while PG is 0' };
  if (modes & CR.fastProgram)
    return { flags: SR.sequence | SR.fast, why: 'fast programming is not modelled' };
  if (modes !== CR.program) return { flags: SR.sequence, why: 'flash written with PG and an erase selected' };
  if (sr & SR_BLOCKING) return { flags: SR.sequence, why: 'flash written with error flags set' };
  if (sizeBytes !== 4) return { flags: SR.size, why: `flash written with ${8 * sizeBytes} bits` };
  if (offset < 0 || offset + 4 > write.arrayBytes)
    return { flags: SR.writeProtected, why: 'flash written outside the main array' };
  if (firstOffset === undefined && offset % 8 !== 0)
    return { flags: SR.alignment, why: 'first word not at a double word' };
  if (firstOffset !== undefined && offset !== firstOffset + 4)
    return { flags: SR.alignment, why: 'second word not in the same double word' };
  return undefined;
}

/** Errors of a whole double word: protected page; cells not erased, unless everything becomes 0. */
export function refuseProgram(
  array: FlashArray,
  offset: number,
  value: bigint,
  [firstProtected, lastProtected]: readonly [number, number],
): Refusal | undefined {
  const page = array.pageOf(offset);
  if (page >= firstProtected && page <= lastProtected)
    return { flags: SR.writeProtected, why: 'page is write-protected' };
  if (!array.isErased(offset) && value !== 0n)
    return { flags: SR.notErased, why: 'double word is not erased' };
  return undefined;
}
