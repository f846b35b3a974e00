import type { BuildFacts, SectionBytes } from './build-facts.ts';
import { code, plain, table } from './html.ts';
import type { BoardLimits } from './limits.ts';
import { percentText } from './page-frame.ts';

/** Note that a library is limited to boards, and what its functions answer elsewhere. */
export function limitation({ boards, devices }: BoardLimits, elsewhere: string): string {
  const hidden = devices.some(({ hiddenOnCpuid }) => hiddenOnCpuid !== 0)
    ? ` An STM32F103 does not show this register to software unless a debugger is connected (device errata): there, 0 counts as its identity,
so that other STM32F1 chips with the same erratum pass too.`
    : '';
  return `<p class="note">This library is limited to ${plain(boards.join(', '))}. On any other board
${elsewhere}. It knows the chip by ${code('DBGMCU_IDCODE')}, which it reads in
privileged code at each call, with interrupts held off for some twenty instructions.${hidden}</p>`;
}

/** Figures of the search, cross-validated and on lines that it never saw. */
export function performance(scores: Readonly<Record<string, unknown>> | undefined): string {
  const rows = (['crossValidated', 'heldOut'] as const).flatMap((name) => {
    const figures = scores?.[name] as Record<string, unknown> | null | undefined;
    const title = { crossValidated: 'cross-validated', heldOut: 'on lines that the search never saw' }[name];
    if (figures === null || figures === undefined) return [];
    return [[title, percentText(figures['balancedAccuracy']), percentText(figures['confidence'])]];
  });
  if (rows.length === 0) return '<p>No search has left figures: this library was written by hand.</p>';
  return table(['', 'balanced accuracy', 'confidence'], rows);
}

/** Bytes of the archive by kind of section, and of what a linker takes of it. */
export function sizeTable({ archive, linked }: Pick<BuildFacts, 'archive' | 'linked'>): string {
  const row = (name: string, bytes: SectionBytes): (string | number)[] => [
    name,
    bytes.text,
    bytes.rodata,
    bytes.data,
    bytes.bss,
    bytes.neai,
  ];
  return table(
    ['bytes', '.text', '.rodata', '.data', '.bss', '.neai'],
    [
      row('<code>libneai.a</code>', archive),
      ...(linked ? [row('linked, with the compiler’s float routines, unused parts dropped', linked)] : []),
    ],
  );
}

/** What the figures of RAM and stack do not hold. */
export const sizeRemark = (library: { readonly axes: number; readonly bufferSize: number }): string =>
  `<p>Your input buffer takes ${4 * library.axes * library.bufferSize} bytes more. Stack is the sum of frames that the compiler reports along the
worst path, with 96 bytes for a routine of the compiler's own; what an interrupt pushes comes on top.</p>`;
