import type { Checkup, Patient } from './checkup.ts';
import { type Computer, namesIn } from './computer.ts';
import {
  checkModemManager,
  checkPortAccess,
  checkProbeAccess,
  checkUdevRules,
  installRulesCommand,
} from './doctor-access.ts';
import { checkBusyPorts, checkBusyProbes, checkPortLinks, checkProbes, checkRack } from './doctor-boards.ts';
import { checkDisk, checkPseudoTerminals } from './doctor-system.ts';
import { checkNode, checkTool, checkUnicorn, TOOLS } from './doctor-tools.ts';
import { readUdevRules } from './udev-rules.ts';
import { scanUsb } from './usb-scan.ts';

export interface DoctorOptions {
  readonly rackFile: string;
  /** How this program is called, for remedies. */
  readonly neai: string;
}

/** Looks at all that a first run trips over. Changes nothing, opens no port and no probe. */
export async function examine(computer: Computer, { rackFile, neai }: DoctorOptions): Promise<Checkup[]> {
  const patient: Patient = {
    computer,
    probes: scanUsb(computer.root),
    rules: readUdevRules(computer),
    processes: (namesIn(computer, 'proc') ?? []).filter((name) => /^\d+$/.test(name)),
    rackFile,
    neai,
    installRules: installRulesCommand(neai),
  };
  return Promise.all([
    checkNode(computer),
    ...TOOLS.map((tool) => checkTool(computer, tool)),
    checkUnicorn(computer),
    checkPseudoTerminals(computer),
    checkDisk(computer),
    ...[checkProbes, checkProbeAccess, checkPortAccess, checkUdevRules, checkPortLinks].map((check) =>
      check(patient),
    ),
    ...[checkModemManager, checkBusyPorts, checkBusyProbes, checkRack].map((check) => check(patient)),
  ]);
}
