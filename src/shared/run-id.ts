/** A name as it may stand in a run id: lower case letters, digits, points and hyphens. */
export function runName(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .replace(/-+$/, '');
  return plain || 'run';
}

const MOST_HOST_LETTERS = 24;

/**
 * A computer's name as it may stand in a run id: its first label only (domains tell more about a place than a run id
 * needs to), without hyphens, so that the id can be taken apart again.
 */
export function runHost(name: string): string {
  const [label = ''] = name.toLowerCase().split('.');
  const plain = label.replaceAll(/[^a-z0-9]+/g, '.').replaceAll(/^\.+|\.+$/g, '');
  return plain.slice(0, MOST_HOST_LETTERS).replace(/\.+$/, '') || 'host';
}

export interface RunIdParts {
  readonly startedAt: Date;
  readonly name: string;
  readonly host: string;
  /** Running number, from 1. */
  readonly number: number;
}

/** `YYYYMMDD-HHMMSS-name-host-n`, in UTC. */
export function formatRunId({ startedAt, name, host, number }: RunIdParts): string {
  const [date, time] = startedAt.toISOString().split('T') as [string, string];
  const stamp = `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
  return `${stamp}-${runName(name)}-${runHost(host)}-${number}`;
}

/** Name, host and number of a run id; undefined for another text, and for ids from before hosts stood in them. */
export function parseRunId(id: string): Omit<RunIdParts, 'startedAt'> | undefined {
  const [, name, host, number] = /^\d{8}-\d{6}-(.+)-([a-z0-9.]+)-([1-9]\d*)$/.exec(id) ?? [];
  return name === undefined || host === undefined ? undefined : { name, host, number: Number(number) };
}
