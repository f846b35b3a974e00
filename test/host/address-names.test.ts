import { describe, expect, it } from 'vitest';
import { addressNames } from '../../src/host/address-names.ts';

const name = addressNames([
  { name: 'first', address: 0x0800_0101, bytes: 0x20, kind: 'function' },
  { name: 'table', address: 0x0800_0120, bytes: 0x40, kind: 'object' },
  { name: 'last', address: 0x0800_0201, bytes: 0x10, kind: 'function' },
  { name: '$t', address: 0x0800_0210, bytes: 0, kind: 'function' },
]);

describe('an address of an image', () => {
  it.each([
    [0x0800_0100, 'first+0x0'],
    [0x0800_0105, 'first+0x4'],
    [0x0800_011e, 'first+0x1e'],
    // where a call at the very end of a function would return to
    [0x0800_0121, 'first+0x20'],
    [0x0800_020e, 'last+0xe'],
  ])('0x%s is named by its function', (address, wanted) => expect(name(address)).toBe(wanted));

  it.each([0, 0x0800_00fe, 0x0800_0130, 0x0800_0220, 0xffff_fff9])(
    'outside every function has no name (%i)',
    (address) => expect(name(address)).toBeUndefined(),
  );
});
