import type { Board } from '../boards/schema.ts';
import { NeaiError } from '../shared/errors.ts';
import type { Abortable, DebugTarget } from './debug-target.ts';
import type { FlashImage, FlashPage } from './flash-pages.ts';

/** What `neai flash --json` prints. */
export interface FlashResult {
  /** The chip held exactly this image already: nothing was erased or written. */
  readonly skipped: boolean;
  /** Bytes of the image. */
  readonly bytes: number;
  readonly sectorsErased: number;
  readonly sectorsWritten: number;
  readonly seconds: number;
}

/** Slowest transfer to be expected over SWD, bytes per millisecond. */
const TRANSFER_BYTES_PER_MS = 8;

/**
 * Brings an image into flash: reads the chip, erases and programs only the pages that differ, reads everything back,
 * and lets the board run from reset. Whether pages differ is decided by their content alone, read over SWD without
 * running code on the chip: a build id proves nothing about an image that was only half written.
 * The page with the vector table is erased first and written last, so that what an interruption leaves does not start.
 * @param onCodeRun told before OpenOCD's loader runs in the chip's RAM
 * @throws NeaiError FLASH_…, TARGET_…, PROBE_…, OPENOCD_…
 */
export async function writeImage(
  target: DebugTarget,
  image: FlashImage,
  board: Board,
  { signal, onCodeRun }: Abortable & { readonly onCodeRun: () => void },
): Promise<FlashResult> {
  const startMs = performance.now();
  await target.resetInit({ signal });
  let differing = await pagesThatDiffer(target, image.pages, { signal });
  // A torn word may happen to read as it should. Which one it was is not known: everything is written anew.
  const torn = await target.nmiPends({ signal });
  if (torn) differing = [...image.pages];
  if (differing.length > 0) {
    for (const run of contiguousRuns(differing)) {
      const eraseMs = run.reduce((sum, page) => sum + page.eraseMaxMs, 0);
      await target.eraseFlash(run[0]!.address, lengthOf(run), 3000 + 2 * eraseMs, { signal });
    }
    if (torn) await target.resetInit({ signal });
    onCodeRun();
    for (const run of writingOrder(differing)) {
      const bytes = Buffer.concat(run.map((page) => page.bytes));
      const programMs = ((bytes.length / board.flash.programBytes) * board.flash.programMaxUs) / 1000;
      const timeoutMs = 5000 + 2 * programMs + bytes.length / TRANSFER_BYTES_PER_MS;
      await target.programFlash(run[0]!.address, bytes, timeoutMs, { signal });
    }
    await verify(target, image.pages, { signal });
  }
  await target.resetRun({ signal });
  return {
    skipped: differing.length === 0,
    bytes: image.imageBytes,
    sectorsErased: differing.length,
    sectorsWritten: differing.length,
    seconds: (performance.now() - startMs) / 1000,
  };
}

/** Reads the chip and returns the pages that it holds differently. */
async function pagesThatDiffer(
  target: DebugTarget,
  pages: readonly FlashPage[],
  { signal }: Abortable,
): Promise<FlashPage[]> {
  const differing: FlashPage[] = [];
  for (const run of contiguousRuns(pages)) {
    const start = run[0]!.address;
    const chip = await target.readBytes(start, lengthOf(run), { signal });
    for (const page of run) {
      const at = page.address - start;
      if (Buffer.compare(chip.subarray(at, at + page.bytes.length), page.bytes) !== 0) differing.push(page);
    }
  }
  return differing;
}

async function verify(target: DebugTarget, pages: readonly FlashPage[], limits: Abortable): Promise<void> {
  const wrong = await pagesThatDiffer(target, pages, limits);
  if (wrong.length === 0) return;
  const addresses = wrong.map((page) => `0x${page.address.toString(16).padStart(8, '0')}`);
  throw new NeaiError(
    'FLASH_VERIFY_FAILED',
    `${wrong.length} of ${pages.length} pages read back differently`,
    {
      got: `pages at ${addresses.slice(0, 8).join(', ')}`,
      evidence: target.openOcd.transcript.evidence(),
    },
  );
}

const lengthOf = (run: readonly FlashPage[]): number => run.reduce((sum, page) => sum + page.bytes.length, 0);

/** Groups pages that follow each other without a gap. */
function contiguousRuns(pages: readonly FlashPage[]): FlashPage[][] {
  const runs: FlashPage[][] = [];
  let end: number | undefined;
  for (const page of pages) {
    if (page.address === end) runs.at(-1)!.push(page);
    else runs.push([page]);
    end = page.address + page.bytes.length;
  }
  return runs;
}

/** Everything else first, the lowest page (the vector table, if it is among them) last. */
function writingOrder(pages: readonly FlashPage[]): FlashPage[][] {
  const [lowest, ...others] = pages;
  return [...contiguousRuns(others), [lowest!]];
}
