import type { Core } from './core.ts';
import type { CoreSignals, ResetKind } from './interfaces.ts';
import { EXC } from './scs/nvic.ts';

/** What the machine itself does about a peripheral's wish; the running slice ends either way. */
export interface MachineWishes {
  setCoreClockHz(clockHz: number): void;
  requestReset(kind: ResetKind): void;
  stallUntil(atNs: number): void;
}

/** The core as its peripherals may use it. */
export function coreSignals(
  core: Core,
  state: { readonly halted: boolean; readonly asleep: boolean },
  wishes: MachineWishes,
): CoreSignals {
  return {
    setIrq: (irqNumber, level) => core.nvic.setLevel(16 + irqNumber, level),
    raiseBusFault: (address) => core.registerFault(address),
    setNmi: (level) => core.nvic.setLevel(EXC.nmi, level),
    setCoreClockHz: (clockHz) => wishes.setCoreClockHz(clockHz),
    codeChanged: (address, lengthBytes) => {
      const window = core.bus.windowAt(address, lengthBytes);
      if (window === undefined) return;
      core.code.touched(window, address - window.start, lengthBytes, 'debugger');
      core.attention();
    },
    requestReset: (kind) => {
      wishes.requestReset(kind);
      core.attention();
    },
    stallUntil: (atNs) => {
      wishes.stallUntil(atNs);
      core.attention();
    },
    programCounter: () => core.programCounter,
    get halted() {
      return state.halted;
    },
    get asleep() {
      return state.asleep;
    },
    get debugged() {
      return core.debug.enabled;
    },
  };
}
