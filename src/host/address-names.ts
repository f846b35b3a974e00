import type { ElfSymbol } from './elf.ts';

/** Names an address of an image: `function+0x1a`; undefined where no function lies. */
export type NameAddress = (address: number) => string | undefined;

/**
 * Functions of an image by address. Bit 0, which says Thumb, does not count; an address one behind a function's end, where a
 * call that never returns would come back to, is still its own.
 */
export function addressNames(symbols: readonly ElfSymbol[]): NameAddress {
  const functions = symbols
    .filter(({ kind, bytes }) => kind === 'function' && bytes > 0)
    .map(({ name, address, bytes }) => ({ name, start: (address & ~1) >>> 0, bytes }))
    .sort((a, b) => a.start - b.start);
  return (address) => {
    const place = (address & ~1) >>> 0;
    const home = functions.findLast(({ start }) => start <= place);
    if (home === undefined || place > home.start + home.bytes) return undefined;
    return `${home.name}+0x${(place - home.start).toString(16)}`;
  };
}
