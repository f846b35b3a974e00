import { type Computer, namesIn, textOf } from './computer.ts';
import { ST_VENDOR_ID, STLINK_PRODUCTS } from './stlink-products.ts';

/** Where the rules that this project proposes belong. Below 73, where udev gives devices to the person logged in. */
export const OUR_RULES_FILE = '/etc/udev/rules.d/60-neai-stlink.rules';
/** First folder first: a file there hides files of the same name further down (udev(7)). */
const RULE_FOLDERS = ['etc', 'run', 'usr/local/lib', 'usr/lib', 'lib'].map((top) => `${top}/udev/rules.d`);

/**
 * Rules for every ST-LINK: probe and port belong to whoever sits at the computer (uaccess) and to the groups plugdev and
 * dialout, to nobody else, and ModemManager leaves them alone.
 */
export function stlinkRules(): string {
  const ids = STLINK_PRODUCTS.map(({ id }) => id).join('|');
  const stlink = `ATTRS{idVendor}=="${ST_VENDOR_ID}", ATTRS{idProduct}=="${ids}"`;
  return `# ST-LINK probes and their serial ports: for the person at the computer and for two groups, not for everyone.
# Written by: neai doctor --udev-rules
ACTION!="add|change", GOTO="neai_stlink_end"
SUBSYSTEM=="usb", ${stlink}, MODE="0660", GROUP="plugdev", TAG+="uaccess", ENV{ID_MM_DEVICE_IGNORE}="1"
SUBSYSTEM=="tty", ${stlink}, MODE="0660", GROUP="dialout", TAG+="uaccess", ENV{ID_MM_DEVICE_IGNORE}="1"
LABEL="neai_stlink_end"
`;
}

/** One rule on one line, with the file it stands in. */
export interface UdevRule {
  readonly file: string;
  readonly text: string;
}

/** All rules that udev of this computer reads, in no particular order. */
export function readUdevRules(computer: Computer): UdevRule[] {
  const files = new Map<string, string>();
  for (const folder of RULE_FOLDERS)
    for (const name of namesIn(computer, folder) ?? [])
      if (name.endsWith('.rules') && !files.has(name)) files.set(name, `${folder}/${name}`);
  return [...files.values()].flatMap((file) =>
    (textOf(computer, file) ?? '')
      .replaceAll(/\\\n\s*/g, ' ')
      .split('\n')
      .filter((line) => !/^\s*(#|$)/.test(line))
      .map((text) => ({ file: `/${file}`, text })),
  );
}

/** The device may be opened by somebody other than root. */
export const GIVES_ACCESS = /\bMODE\s*:?=|\bGROUP\s*:?=|\bTAG\s*\+=\s*"uaccess"/;
/** ModemManager leaves the device alone: today's name, and the one it had before 1.12. */
export const HIDES_FROM_MODEM_MANAGER = /ENV\{ID_MM_(DEVICE_IGNORE|TTY_BLACKLIST)\}\s*=\s*"1"/;
/** The device may be opened by everyone. */
const OPENS_TO_EVERYONE = /\bMODE\s*:?=\s*"0?666"|chmod\s+(a|o|ugo)\+rw|chmod\s+0?666/;

/** ST-LINK product ids for which a rule says this. Rules that reach a device by GOTO alone are not seen. */
export function productsRuled(rules: readonly UdevRule[], effect: RegExp): Set<string> {
  const effective = rules.filter(({ text }) => effect.test(text));
  return new Set(
    STLINK_PRODUCTS.map(({ id }) => id).filter((id) =>
      effective.some(
        ({ text }) => matches(text, 'idVendor', ST_VENDOR_ID, false) && matches(text, 'idProduct', id, true),
      ),
    ),
  );
}

/** Files with a rule that opens a device of this vendor, or serial ports by name, to everyone. */
export function filesOpenToEveryone(rules: readonly UdevRule[]): string[] {
  const open = rules.filter(
    ({ text }) =>
      OPENS_TO_EVERYONE.test(text) && (matches(text, 'idVendor', ST_VENDOR_ID, false) || /ttyACM/.test(text)),
  );
  return [...new Set(open.map(({ file }) => file))];
}

/** @param otherwise the answer of a rule that does not ask for this attribute */
function matches(rule: string, attribute: string, value: string, otherwise: boolean): boolean {
  const pattern = new RegExp(`ATTRS?\\{${attribute}\\}\\s*==\\s*"([^"]*)"`).exec(rule)?.[1];
  return pattern === undefined ? otherwise : pattern.split('|').some((one) => glob(one).test(value));
}

/** A pattern of udev: `*`, `?` and `[…]` as in a shell. */
const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  );
