import { randomBytes } from 'node:crypto';

/** A probe serial number that no other test, running beside this one, has. */
export function freshSerial(): string {
  return `0660FF${randomBytes(9).toString('hex').toUpperCase()}`;
}
