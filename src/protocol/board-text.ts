import { RESET_CAUSES, type ResetCause } from './codes.ts';

/** The line a board prints after each reset. */
export interface Banner {
  readonly kind: 'banner';
  readonly boardId: string;
  readonly libraryId: string;
  readonly resetCause: ResetCause;
  readonly bootCounter: number;
}

/** The line a board prints before a fault handler resets it. */
export interface PanicReport {
  readonly kind: 'panic';
  /** HardFault, NMI, … */
  readonly fault: string;
  /** pc, lr, sp, psr, r0…r3, r12 and the fault status registers, as unsigned words. */
  readonly registers: Readonly<Record<string, number>>;
  /** Command that was being executed, undefined between commands. */
  readonly command: string | undefined;
  readonly sequence: number;
}

const BANNER = /^neai-hil (\S+) (\S+) (\S+) boot (\d+)$/;
const PANIC = /^neai-hil panic (\S+)((?: \w+=[0-9a-f]{8})+) command=(\S+) sequence=(\d+)$/;

/** Links back out of handlers (EXC_RETURN): no address of code. */
const FIRST_EXC_RETURN = 0xf000_0000;

/**
 * A panic in words: what, where, during which command. The link register tells the caller until something else is called.
 * @param nameAddress finds the function in the image
 */
export function describePanic(
  { fault, registers, command }: PanicReport,
  nameAddress: (address: number) => string | undefined = () => undefined,
): string {
  const place = (address: number): string => {
    const hex = `0x${address.toString(16).padStart(8, '0')}`;
    const name = nameAddress(address);
    return name === undefined ? hex : `${name} (${hex})`;
  };
  const [pc, lr] = [registers['pc'] ?? 0, registers['lr'] ?? 0];
  // What has no frame left, as after a stack overflow, has no place either.
  const where = pc === 0 ? '' : ` at ${place(pc)}`;
  const from = lr === 0 || lr >= FIRST_EXC_RETURN ? '' : `, link register in ${place(lr)}`;
  const during = command === undefined ? 'between commands' : `during ${command}`;
  return `the firmware faulted: ${fault}${where}${from}, ${during}`;
}

/** Text of a record that is no frame; undefined when it holds bytes no text has: noise. Bytes above 0x7F are UTF-8. */
export function recordText(record: Uint8Array): string | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(record);
  } catch {
    return undefined;
  }
  if (text.endsWith('\r')) text = text.slice(0, -1);
  // Tab and escape (colours) are what a stray printf may hold of the control characters.
  const isControl = (code: number): boolean =>
    (code < 0x20 && code !== 0x09 && code !== 0x1b) || code === 0x7f;
  for (let index = 0; index < text.length; index++) if (isControl(text.charCodeAt(index))) return undefined;
  return text;
}

/** A banner or a panic report; undefined for any other line. */
export function parseBoardText(line: string): Banner | PanicReport | undefined {
  const banner = BANNER.exec(line);
  if (banner) {
    const [, boardId, libraryId, cause, boot] = banner;
    const resetCause = RESET_CAUSES.find((name) => name === cause);
    if (resetCause === undefined) return undefined;
    return {
      kind: 'banner',
      boardId: boardId!,
      libraryId: libraryId!,
      resetCause,
      bootCounter: Number(boot),
    };
  }
  const panic = PANIC.exec(line);
  if (!panic) return undefined;
  const [, fault, list, command, sequence] = panic;
  const registers = Object.fromEntries(
    list!
      .trim()
      .split(' ')
      .map((pair) => pair.split('='))
      .map(([name, value]) => [name!, Number.parseInt(value!, 16)]),
  );
  return {
    kind: 'panic',
    fault: fault!,
    registers,
    command: command === 'none' ? undefined : command,
    sequence: Number(sequence),
  };
}
