import { existsSync } from 'node:fs';
import { listBoards } from '../boards/load.ts';
import { describeError, NeaiError } from '../shared/errors.ts';
import type { Checkup, Patient } from './checkup.ts';
import { type Holder, holdersOf } from './computer.ts';
import { loadRack, type Slot } from './rack.ts';

/** Which probes are there, and what is odd about them. */
export function checkProbes({ probes, neai }: Patient): Checkup {
  const [id, title] = ['probes', 'ST-LINK probes'];
  if (probes.length === 0)
    return { id, title, status: 'ok', found: 'none is plugged in; virtual boards need none' };
  const useless = probes.filter(({ serial }) => serial === undefined);
  const remarks = probes.flatMap((probe) =>
    probe.remarks.map((remark) => `${probe.serial ?? `USB ${probe.usbPath}`} ${remark}`),
  );
  const found = [probes.map(({ serial, usbPath }) => serial ?? `USB ${usbPath}`).join(', '), ...remarks].join(
    '; ',
  );
  if (remarks.length === 0) return { id, title, status: 'ok', found };
  return {
    id,
    title,
    status: useless.length > 0 ? 'problem' : 'warning',
    found,
    remedy: [`${neai} rack scan`],
  };
}

/** A slot finds its port by the link that udev makes; without udev (in a container, say) there is none. */
export function checkPortLinks({ probes }: Patient): Checkup {
  const [id, title] = ['port-links', 'links in /dev/serial/by-id'];
  const withPort = probes.filter(({ ttys }) => ttys.length > 0);
  const lost = withPort.filter(({ byId }) => byId.length === 0);
  if (lost.length === 0) return { id, title, status: 'ok', found: `${withPort.length} probes with ports` };
  const found = `none for ${lost.flatMap(({ ttys }) => ttys).join(', ')}: is udev running here?`;
  return { id, title, status: 'problem', found, remedy: ['sudo udevadm trigger --subsystem-match=tty'] };
}

/** Who has a port open already? */
export function checkBusyPorts({ computer, probes }: Patient): Checkup {
  const holders = holdersOf(
    computer,
    probes.flatMap(({ ttys }) => ttys),
  );
  return busy('port-busy', 'serial ports in use', holders);
}

/** Who has a probe open already? */
export function checkBusyProbes({ computer, probes }: Patient): Checkup {
  const holders = holdersOf(
    computer,
    probes.map(({ node }) => node),
  );
  return busy('probe-busy', 'debug probes in use', holders);
}

function busy(id: string, title: string, holders: readonly Holder[]): Checkup {
  if (holders.length === 0) return { id, title, status: 'ok', found: 'none that we can see' };
  const found = holders.map(({ path, pid, program }) => `${path} by process ${pid}, ${program}`).join('; ');
  return { id, title, status: 'problem', found, remedy: [`kill ${holders.map(({ pid }) => pid).join(' ')}`] };
}

/** Does the rack file say what is plugged in? */
export function checkRack({ rackFile, probes, neai }: Patient): Checkup {
  const [id, title] = ['rack', `rack file ${rackFile}`];
  if (!existsSync(rackFile))
    return { id, title, status: 'ok', found: 'there is none; virtual boards need none' };
  const remedy = [`${neai} rack scan --out '${rackFile}'`];
  let slots: Slot[];
  try {
    slots = loadRack(rackFile);
  } catch (error) {
    if (!(error instanceof NeaiError)) throw error;
    return {
      id,
      title,
      status: 'problem',
      found: describeError(error).split('\n')[0]!,
      remedy: [`"\${EDITOR:-nano}" '${rackFile}'`],
    };
  }
  const boards = listBoards();
  const unknown = slots.filter(({ board }) => !boards.includes(board));
  if (unknown.length > 0) {
    const found = unknown.map(({ name, board }) => `slot ${name}: there is no board '${board}'`).join('; ');
    return {
      id,
      title,
      status: 'problem',
      found,
      remedy: [`"\${EDITOR:-nano}" '${rackFile}' # ${boards.join(', ')}`],
    };
  }
  const absent = slots.filter(
    ({ kind, probeSerial }) => kind === 'silicon' && !probes.some(({ serial }) => serial === probeSerial),
  );
  if (absent.length > 0) {
    const found = `not plugged in: ${absent.map(({ name, probeSerial }) => `${name} (${probeSerial})`).join(', ')}`;
    return { id, title, status: 'warning', found, remedy };
  }
  return {
    id,
    title,
    status: 'ok',
    found: `${slots.length} slots: ${slots.map(({ name }) => name).join(', ')}`,
  };
}
