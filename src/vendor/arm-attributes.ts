/**
 * Build attributes of an Arm object: section .ARM.attributes as "Addenda to, and Errata in, the ABI for the Arm
 * Architecture" (IHI 0045) lays it out. Tags that are not there have their value 0.
 */
export interface ArmAttributes {
  /** Tag_CPU_arch: 10 v7, 11 v6-M, 12 v6S-M, 13 v7E-M, 16 v8-M.baseline, 17 v8-M.mainline, 21 v8.1-M.mainline. */
  readonly cpuArch: number;
  /** Tag_CPU_arch_profile: 'M', 'A', 'R', or '' where none is told. */
  readonly profile: string;
  /** Tag_FP_arch: 0 none, 6 VFPv4 with sixteen registers, 8 FPv5 with sixteen registers. */
  readonly fpArch: number;
  /** Tag_ABI_HardFP_use: 1 single precision only; 0 whatever Tag_FP_arch allows. */
  readonly hardFpUse: number;
  /** Tag_ABI_VFP_args: 1 floats travel in FPU registers. */
  readonly vfpArgs: number;
  /** Tag_ABI_enum_size: 0 no enum used, 1 as small as they can be, 2 four bytes. */
  readonly enumSize: number;
  /** Tag_ABI_PCS_wchar_t: bytes of wchar_t, 0 where none is used. */
  readonly wcharBytes: number;
  readonly cpuName: string;
}

const FORMAT = 0x41;
const FILE_SCOPE = 1;
const TAG = {
  cpuRawName: 4,
  cpuName: 5,
  cpuArch: 6,
  profile: 7,
  fpArch: 10,
  wchar: 18,
  enumSize: 26,
} as const;
const TAG_HARD_FP_USE = 27;
const TAG_VFP_ARGS = 28;
const TAG_COMPATIBILITY = 32;
/** Tags below 32 whose value is text; from 32 on odd tags have text. */
const TEXT_TAGS: ReadonlySet<number> = new Set([TAG.cpuRawName, TAG.cpuName]);

/** @throws RangeError for a section that ends in the middle */
export function readArmAttributes(bytes: Uint8Array): ArmAttributes | null {
  if (bytes[0] !== FORMAT) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 1; at < bytes.length; ) {
    const length = view.getUint32(at, true);
    if (length < 5 || at + length > bytes.length) throw new RangeError('the attributes end in the middle');
    const vendor = textAt(bytes, at + 4);
    if (vendor.text === 'aeabi') return fileScope(bytes.subarray(vendor.next, at + length));
    at += length;
  }
  return null;
}

function fileScope(bytes: Uint8Array): ArmAttributes | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint32(at + 1, true);
    if (length < 5 || at + length > bytes.length) throw new RangeError('the attributes end in the middle');
    if (bytes[at] === FILE_SCOPE) return fromTags(bytes.subarray(at + 5, at + length));
    at += length;
  }
  return null;
}

function fromTags(bytes: Uint8Array): ArmAttributes {
  const numbers = new Map<number, number>();
  let cpuName = '';
  for (let at = 0; at < bytes.length; ) {
    const tag = uleb(bytes, at);
    at = tag.next;
    const hasText = tag.value < TAG_COMPATIBILITY ? TEXT_TAGS.has(tag.value) : tag.value % 2 === 1;
    if (!hasText || tag.value === TAG_COMPATIBILITY) {
      const value = uleb(bytes, at);
      numbers.set(tag.value, value.value);
      at = value.next;
    }
    if (hasText || tag.value === TAG_COMPATIBILITY) {
      const value = textAt(bytes, at);
      if (tag.value === TAG.cpuName) cpuName = value.text;
      at = value.next;
    }
  }
  const number = (tag: number): number => numbers.get(tag) ?? 0;
  const profile = number(TAG.profile);
  return {
    cpuArch: number(TAG.cpuArch),
    profile: profile === 0 ? '' : String.fromCharCode(profile),
    fpArch: number(TAG.fpArch),
    hardFpUse: number(TAG_HARD_FP_USE),
    vfpArgs: number(TAG_VFP_ARGS),
    enumSize: number(TAG.enumSize),
    wcharBytes: number(TAG.wchar),
    cpuName,
  };
}

function uleb(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0;
  for (let at = start, scale = 1; at < bytes.length; at++, scale *= 128) {
    value += (bytes[at]! & 127) * scale;
    if (bytes[at]! < 128) return { value, next: at + 1 };
  }
  throw new RangeError('the attributes end in the middle of a number');
}

function textAt(bytes: Uint8Array, start: number): { text: string; next: number } {
  const end = bytes.indexOf(0, start);
  if (end < 0) throw new RangeError('the attributes end in the middle of a text');
  return { text: new TextDecoder('latin1').decode(bytes.subarray(start, end)), next: end + 1 };
}
