/** The Cortex-M cores that the virtual board can be, and what software can see of their differences. */

export type CpuModel = 'cortex-m0' | 'cortex-m0plus' | 'cortex-m3' | 'cortex-m4' | 'cortex-m7' | 'cortex-m33';

export interface CpuTraits {
  /** Model number of the emulator library (its public ARM model list). */
  readonly unicornModel: number;
  /** CPUID register (0xE000ED00), Technical Reference Manuals. */
  readonly cpuid: number;
  /** DPIDR of the debug port that ST puts in front of this core. */
  readonly debugPortId: number;
  /** v6-M has HardFault only: no fault status, no BASEPRI, no FAULTMASK. */
  readonly hasFaultStatus: boolean;
  readonly hasFpu: boolean;
  /** Implemented bits of a priority byte on STM32 parts with this core. */
  readonly priorityBits: number;
  readonly interruptCount: number;
  /** FP_CTRL / BP_CTRL at reset: comparators and unit version. */
  readonly fpbControl: number;
  /** v2 comparators hold a plain address; v1 holds a word address and halfword selectors. */
  readonly fpbVersion: 1 | 2;
  readonly dwtControl: number;
  readonly hasCycleCounter: boolean;
  /** MVFR0..2: single precision only, as our builds use it (-mfpu=fpv5-sp-d16 on M7). */
  readonly mvfr: readonly [number, number, number];
  /** EXC_RETURN for handler mode; bits 3 (thread), 2 (PSP) are or'ed in, bit 4 cleared for an FP frame. */
  readonly excReturnBase: number;
  /** Halfwords that this core must execute, and halfwords that it must refuse. */
  readonly accepts: readonly number[];
  readonly rejects: readonly number[];
}

const UDIV_R0_R0_R1 = [0xfbb0, 0xf0f1];
const VADD_F32 = [0xee30, 0x0a00];
const VMUL_F64 = [0xee20, 0x0b00];
/** LDA r0, [sp]: a load-acquire, v8-M only. */
const LDA_R0_SP = [0xe8dd, 0x0faf];
const MULS_R0_R0 = [0x4340];

export const CPU_TRAITS: { readonly [model in CpuModel]: CpuTraits } = {
  'cortex-m0': {
    unicornModel: 7,
    cpuid: 0x410cc200,
    debugPortId: 0x0bb11477,
    hasFaultStatus: false,
    hasFpu: false,
    priorityBits: 2,
    interruptCount: 32,
    fpbControl: 0x40,
    fpbVersion: 1,
    dwtControl: 0x20000000,
    hasCycleCounter: false,
    mvfr: [0, 0, 0],
    excReturnBase: 0xfffffff1,
    accepts: MULS_R0_R0,
    rejects: UDIV_R0_R0_R1,
  },
  'cortex-m0plus': {
    // The library has no M0+ of its own; what software of ours can see of it is the M0's.
    unicornModel: 7,
    cpuid: 0x410cc601,
    debugPortId: 0x0bc11477,
    hasFaultStatus: false,
    hasFpu: false,
    priorityBits: 2,
    interruptCount: 32,
    fpbControl: 0x40,
    fpbVersion: 1,
    dwtControl: 0x20000000,
    hasCycleCounter: false,
    mvfr: [0, 0, 0],
    excReturnBase: 0xfffffff1,
    accepts: MULS_R0_R0,
    rejects: UDIV_R0_R0_R1,
  },
  'cortex-m3': {
    unicornModel: 8,
    // r1p1, as in the STM32F103
    cpuid: 0x411fc231,
    debugPortId: 0x1ba01477,
    hasFaultStatus: true,
    hasFpu: false,
    priorityBits: 4,
    interruptCount: 96,
    fpbControl: 0x260,
    fpbVersion: 1,
    dwtControl: 0x40000000,
    hasCycleCounter: true,
    mvfr: [0, 0, 0],
    excReturnBase: 0xfffffff1,
    accepts: UDIV_R0_R0_R1,
    rejects: VADD_F32,
  },
  'cortex-m4': {
    unicornModel: 9,
    cpuid: 0x410fc241,
    debugPortId: 0x2ba01477,
    hasFaultStatus: true,
    hasFpu: true,
    priorityBits: 4,
    interruptCount: 96,
    fpbControl: 0x260,
    fpbVersion: 1,
    dwtControl: 0x40000000,
    hasCycleCounter: true,
    mvfr: [0x10110021, 0x11000011, 0],
    excReturnBase: 0xfffffff1,
    accepts: VADD_F32,
    rejects: VMUL_F64,
  },
  'cortex-m7': {
    unicornModel: 10,
    cpuid: 0x411fc272,
    debugPortId: 0x5ba02477,
    hasFaultStatus: true,
    hasFpu: true,
    priorityBits: 4,
    interruptCount: 160,
    fpbControl: 0x10000080,
    fpbVersion: 2,
    dwtControl: 0x40000000,
    hasCycleCounter: true,
    mvfr: [0x10110021, 0x11000011, 0x40],
    excReturnBase: 0xfffffff1,
    accepts: VMUL_F64,
    rejects: LDA_R0_SP,
  },
  'cortex-m33': {
    unicornModel: 11,
    cpuid: 0x410fd214,
    debugPortId: 0x0be12477,
    hasFaultStatus: true,
    hasFpu: true,
    priorityBits: 3,
    interruptCount: 128,
    fpbControl: 0x10000080,
    fpbVersion: 2,
    dwtControl: 0x40000000,
    hasCycleCounter: true,
    mvfr: [0x10110021, 0x11000011, 0x40],
    excReturnBase: 0xffffffb0,
    accepts: LDA_R0_SP,
    rejects: VMUL_F64,
  },
};
