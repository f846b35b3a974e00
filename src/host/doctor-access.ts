import type { Checkup, Patient } from './checkup.ts';
import { type Computer, textOf } from './computer.ts';
import { STLINK_PRODUCTS } from './stlink-products.ts';
import {
  filesOpenToEveryone,
  GIVES_ACCESS,
  HIDES_FROM_MODEM_MANAGER,
  OUR_RULES_FILE,
  productsRuled,
} from './udev-rules.ts';

/** Groups that own serial ports, by distribution. */
const PORT_GROUPS = ['dialout', 'uucp'];

interface AccessQuestion {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** Devices that are there now. */
  readonly devices: readonly string[];
  readonly installRules: string;
}

/** May this user open the serial ports of the probes? */
export function checkPortAccess({ computer, probes, installRules }: Patient): Checkup {
  const devices = probes.flatMap(({ ttys }) => ttys);
  const groups = groupsOf(computer);
  const owners = devices.map((path) => groups.find(({ id }) => id === computer.groupOf(path))?.name);
  const group =
    PORT_GROUPS.find((name) => owners.includes(name)) ??
    PORT_GROUPS.find((name) => groups.some((one) => one.name === name)) ??
    'dialout';
  return checkAccess(computer, { id: 'port-access', title: 'serial ports', group, devices, installRules });
}

/** May this user open the probes themselves, as OpenOCD does? */
export function checkProbeAccess({ computer, probes, installRules }: Patient): Checkup {
  const devices = probes.map(({ node }) => node);
  const title = 'debug probes';
  return checkAccess(computer, { id: 'probe-access', title, group: 'plugdev', devices, installRules });
}

function checkAccess(computer: Computer, question: AccessQuestion): Checkup {
  const { id, title, group, devices, installRules } = question;
  const { user } = computer;
  if (user.uid === 0) return { id, title, status: 'ok', found: 'root may open everything' };
  const closed = devices.filter((path) => !computer.mayUse(path));
  const entry = groupsOf(computer).find(({ name }) => name === group);
  const inSession = entry !== undefined && user.groups.includes(entry.id);
  if (closed.length === 0 && devices.length > 0)
    return { id, title, status: 'ok', found: `may open ${devices.join(', ')}` };
  if (closed.length === 0 && inSession)
    return { id, title, status: 'ok', found: `${user.name} is in ${group}; none is plugged in now` };
  const status = closed.length > 0 ? 'problem' : 'warning';
  const cannot = closed.length > 0 ? `${user.name} may not open ${closed.join(', ')}: ` : '';
  if (inSession)
    return { id, title, status, found: `${cannot}not given to ${group} by udev`, remedy: [installRules] };
  if (entry?.members.includes(user.name)) {
    const found = `${cannot}in ${group} since after this login: log out and in again`;
    return { id, title, status, found, remedy: [`newgrp ${group}`] };
  }
  const found = `${cannot}${user.name} is not in ${group}; counts from the next login`;
  const create = entry === undefined ? [`sudo groupadd --system ${group}`] : [];
  return { id, title, status, found, remedy: [...create, `sudo usermod -a -G ${group} ${user.name}`] };
}

/** Does udev give probes to people, and not to everyone? */
export function checkUdevRules({ computer, probes, rules, installRules }: Patient): Checkup {
  const [id, title] = ['udev-rules', 'udev rules for ST-LINK'];
  const remedy = [installRules];
  const open = filesOpenToEveryone(rules);
  if (open.length > 0) {
    const found = `${open.join(', ')} opens ports or probes to every program of every user`;
    return { id, title, status: 'warning', found, remedy: [`sudoedit ${open.join(' ')}`, ...remedy] };
  }
  const ruled = productsRuled(rules, GIVES_ACCESS);
  const missing = STLINK_PRODUCTS.map((product) => product.id).filter((one) => !ruled.has(one));
  if (missing.length === 0)
    return { id, title, status: 'ok', found: `all ${STLINK_PRODUCTS.length} product ids` };
  const plugged = probes.filter(
    ({ productId, node }) => missing.includes(productId) && !computer.mayUse(node),
  );
  const found = `none for product ${missing.join(', ')}`;
  return { id, title, status: plugged.length > 0 ? 'problem' : 'warning', found, remedy };
}

/** ModemManager writes modem commands into every new serial port that nobody has told it to leave alone. */
export function checkModemManager({ computer, probes, rules, processes, installRules }: Patient): Checkup {
  const [id, title] = ['modem-manager', 'ModemManager'];
  const running = processes.some((pid) => textOf(computer, `proc/${pid}/comm`)?.trim() === 'ModemManager');
  if (!running) return { id, title, status: 'ok', found: 'is not running' };
  const ignored = productsRuled(rules, HIDES_FROM_MODEM_MANAGER);
  const disturbed = probes.filter(({ productId, ttys }) => ttys.length > 0 && !ignored.has(productId));
  const all = STLINK_PRODUCTS.every((product) => ignored.has(product.id));
  if (all || (probes.length > 0 && disturbed.length === 0))
    return { id, title, status: 'ok', found: 'runs, and is told to leave ST-LINK alone' };
  const found =
    disturbed.length > 0
      ? `runs, and talks to ${disturbed.flatMap(({ ttys }) => ttys).join(', ')}`
      : 'runs, and will talk to every board that is plugged in';
  const remedy = [installRules, 'sudo systemctl restart ModemManager'];
  return { id, title, status: disturbed.length > 0 ? 'problem' : 'warning', found, remedy };
}

/** @returns the line that installs the rules; `neai` is the command to call */
export function installRulesCommand(neai: string): string {
  return `${neai} doctor --udev-rules | sudo tee ${OUR_RULES_FILE} && sudo udevadm control --reload && sudo udevadm trigger`;
}

function groupsOf(computer: Computer): { name: string; id: number; members: string[] }[] {
  return (textOf(computer, 'etc/group') ?? '')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name, , id, members]) => ({ name: name!, id: Number(id), members: members!.split(',') }));
}
