/** Bytes by kind of section. */
export interface SectionBytes {
  readonly text: number;
  readonly rodata: number;
  readonly data: number;
  readonly bss: number;
  readonly neai: number;
}

/** What was measured when a library was compiled: its documents are written from this. */
export interface BuildFacts {
  readonly core: string;
  /** First line of the compiler's own version text. */
  readonly compiler: string;
  /** null on a computer. */
  readonly floatAbi: 'hard' | 'soft' | null;
  readonly shortWchar: boolean | null;
  readonly shortEnums: boolean | null;
  /** Flags of core and ABI: what a program that links the archive is compiled with. */
  readonly targetFlags: readonly string[];
  /** Flags of language and arithmetic that the sources were compiled with. */
  readonly languageFlags: readonly string[];
  /** Of the archive, before a linker drops anything. */
  readonly archive: SectionBytes;
  /** The six functions and the compiler's own routines that they need, after unused sections are dropped; null on a computer. */
  readonly linked: SectionBytes | null;
  /** Worst stack of a call, in bytes, without the caller's frame and interrupts. */
  readonly stackBytes: { readonly initialize: number; readonly learn: number; readonly detect: number };
  /** SHA-256 of libneai.a, in hexadecimal. */
  readonly archiveSha256: string;
}

/** Flash and RAM that a library costs a program: what budgets are held against. The caller's input buffer is not in it. */
export function costOf(facts: Pick<BuildFacts, 'archive' | 'linked' | 'stackBytes'>): {
  readonly flashBytes: number;
  readonly ramBytes: number;
  readonly stackBytes: number;
} {
  const { text, rodata, data, bss, neai } = facts.linked ?? facts.archive;
  const { initialize, learn, detect } = facts.stackBytes;
  const stackBytes = Math.max(initialize, learn, detect);
  return { flashBytes: text + rodata + data, ramBytes: data + bss + neai + stackBytes, stackBytes };
}
