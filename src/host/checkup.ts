import type { Computer } from './computer.ts';
import type { UdevRule } from './udev-rules.ts';
import type { UsbProbe } from './usb-scan.ts';

/** What one check found. `problem` stops something that is there; `warning` will, or might. */
export interface Checkup {
  readonly id: string;
  readonly title: string;
  readonly status: 'ok' | 'warning' | 'problem';
  readonly found: string;
  /** Command lines to paste, in order. */
  readonly remedy?: readonly string[];
}

/** What the checks look at. */
export interface Patient {
  readonly computer: Computer;
  readonly probes: readonly UsbProbe[];
  readonly rules: readonly UdevRule[];
  readonly processes: readonly string[];
  /** The rack file, whether it is there or not. */
  readonly rackFile: string;
  /** How this program is called, for remedies. */
  readonly neai: string;
  /** The line that installs our udev rules. */
  readonly installRules: string;
}
