import type { Board } from '../boards/schema.ts';
import type { VendorLibrary } from './library.ts';
import { LINKED_RUNTIME } from './runtime-names.ts';

/** Whether a library links with the firmware of a board, found without linking. */
export interface BoardFit {
  readonly board: string;
  readonly core: string;
  readonly links: boolean;
  /** Why not; empty where it links. */
  readonly reasons: readonly string[];
  /** What is done so that it links. */
  readonly remarks: readonly string[];
}

/** Values of Tag_CPU_arch that objects for a microcontroller carry. */
const ARCHITECTURES: Readonly<Record<number, string>> = {
  10: 'v7-M',
  11: 'v6-M',
  12: 'v6S-M',
  13: 'v7E-M',
  16: 'v8-M.baseline',
  17: 'v8-M.mainline',
  21: 'v8.1-M.mainline',
};
const V6M = [11, 12];
/** Architectures whose code a core executes. The M33 of STM32 has the DSP extension, so v7E-M is among them. */
const EXECUTES: Readonly<Record<Board['core'], readonly number[]>> = {
  'cortex-m0': V6M,
  'cortex-m0plus': V6M,
  'cortex-m3': [...V6M, 10],
  'cortex-m4': [...V6M, 10, 13],
  'cortex-m7': [...V6M, 10, 13],
  'cortex-m33': [...V6M, 10, 13, 16, 17],
};
/** Tag_FP_arch of the FPU of each core; all of them are single precision. */
const FPU: Readonly<Record<Board['core'], number>> = {
  'cortex-m0': 0,
  'cortex-m0plus': 0,
  'cortex-m3': 0,
  'cortex-m4': 6,
  'cortex-m7': 8,
  'cortex-m33': 8,
};
const FP_NAMES: Readonly<Record<number, string>> = { 5: 'VFPv4', 6: 'VFPv4-D16', 7: 'FPv5', 8: 'FPv5-D16' };
const SINGLE_PRECISION_ONLY = 1;
const ENUM_INT = 2;

/** Name of an architecture, for people. */
export const architectureName = ({ cpuArch, profile }: { cpuArch: number; profile: string }): string =>
  profile === 'A' || profile === 'R'
    ? `profile ${profile} (Tag_CPU_arch ${cpuArch})`
    : (ARCHITECTURES[cpuArch] ?? `Tag_CPU_arch ${cpuArch}`);

/** How floats travel, for people and for the build. */
export function floatAbiOf({ attributes }: Pick<VendorLibrary, 'attributes'>): 'hard' | 'softfp' | 'soft' {
  if (attributes.vfpArgs === 1) return 'hard';
  return attributes.fpArch === 0 ? 'soft' : 'softfp';
}

/** Judges one board: core, FPU, calling convention, missing names, and what there is to run. */
export function fitOf(library: VendorLibrary, board: Pick<Board, 'id' | 'core'>): BoardFit {
  const { attributes, wanted, header } = library;
  const { core } = board;
  const reasons: string[] = [];
  const remarks: string[] = [];
  if (
    !EXECUTES[core].includes(attributes.cpuArch) ||
    attributes.profile === 'A' ||
    attributes.profile === 'R'
  )
    reasons.push(`its code is ${architectureName(attributes)}, which a ${core} does not execute`);
  const abi = floatAbiOf(library);
  if (abi !== 'soft') {
    if (FPU[core] === 0) reasons.push(`float ABI: it uses an FPU (${abi}), and the ${core} has none`);
    else if (attributes.hardFpUse !== SINGLE_PRECISION_ONLY)
      reasons.push(
        `it uses a double-precision FPU (${FP_NAMES[attributes.fpArch] ?? attributes.fpArch}), and this ${core} has single precision only`,
      );
    else if (attributes.fpArch > FPU[core])
      reasons.push(
        `it uses ${FP_NAMES[attributes.fpArch] ?? `FPU ${attributes.fpArch}`}, and the ${core} has ${FP_NAMES[FPU[core]]}`,
      );
  } else if (FPU[core] > 0)
    remarks.push('float ABI soft: the firmware around it is compiled with the FPU unused');
  if (attributes.enumSize === ENUM_INT)
    remarks.push('enums of four bytes: the shim declares return codes as words');
  if (attributes.wcharBytes === 2) remarks.push('wchar_t of two bytes: none crosses the interface');
  const missing = wanted.filter((name) => !LINKED_RUNTIME.test(name));
  if (missing.length > 0)
    reasons.push(`it wants names that neither C library nor compiler support have: ${missing.join(', ')}`);
  if (header.kind !== 'anomaly-detection' && header.kind !== 'classification')
    reasons.push(`libraries of the kind ${header.kind} have none of the operations that boards run here`);
  if (header.kind === 'classification' && library.needsKnowledge && library.paths.knowledge === null)
    reasons.push('its initialisation takes the knowledge of knowledge.h, and there is none');
  return { board: board.id, core, links: reasons.length === 0, reasons, remarks };
}
