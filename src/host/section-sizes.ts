import { type ElfImage, SECTION_ALLOCATED, SECTION_NOBITS, SECTION_WRITABLE } from './elf.ts';

/** Bytes by kind of section. */
export interface SectionSizes {
  /** Code. */
  readonly text: number;
  /** Constants. */
  readonly rodata: number;
  /** Variables with an initial value: they cost flash and RAM. */
  readonly data: number;
  readonly bss: number;
  /** Knowledge. */
  readonly neai: number;
}

const EXECUTABLE = 4;

/** Sums of an object's or an image's sections that take memory on the target. */
export function sectionSizes(elf: ElfImage): SectionSizes {
  const sizes = { text: 0, rodata: 0, data: 0, bss: 0, neai: 0 };
  for (const { name, type, flags, bytes } of elf.sections) {
    if (!(flags & SECTION_ALLOCATED)) continue;
    if (/^\.neai(\.|$)/.test(name)) sizes.neai += bytes;
    else if (type === SECTION_NOBITS) sizes.bss += bytes;
    else if (flags & SECTION_WRITABLE) sizes.data += bytes;
    else if (flags & EXECUTABLE) sizes.text += bytes;
    else sizes.rodata += bytes;
  }
  return sizes;
}

/** What one image has more than another, section by section. */
export function sizesBeyond(image: SectionSizes, other: SectionSizes): SectionSizes {
  return {
    text: image.text - other.text,
    rodata: image.rodata - other.rodata,
    data: image.data - other.data,
    bss: image.bss - other.bss,
    neai: image.neai - other.neai,
  };
}
