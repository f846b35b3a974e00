import { type Footprint, libraryFlashBytes, libraryRamBytes } from '../../record/cost.ts';

/** What a person reads of the library's own share, and of the stack by kind of call. */
export function costLines(footprint: Footprint): string[] {
  const { library, stackByCall } = footprint;
  const stacks = stackByCall.map(
    ({ call, stackBytes, libraryBytes }) =>
      `${call} ${stackBytes}${libraryBytes === null ? '' : ` (library ${libraryBytes})`}`,
  );
  const ram = libraryRamBytes(footprint);
  return [
    ...(library === null
      ? []
      : [
          `library alone: flash ${libraryFlashBytes(footprint)} bytes, RAM ${ram ?? 'not told'}${ram === null ? '' : ' bytes with its stack'} ` +
            `(.text ${library.text} .rodata ${library.rodata} .data ${library.data} .bss ${library.bss} .neai ${library.neai})`,
        ]),
    ...(stacks.length === 0 ? [] : [`deepest stack: ${stacks.join(', ')} bytes`]),
  ];
}
