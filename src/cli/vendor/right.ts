import { NeaiError } from '../../shared/errors.ts';

/**
 * A vendor's licence may limit its library to its own devices; a virtual board is none. Whether it does, only the user can
 * know, so the user has to say so.
 * @throws VENDOR_RIGHT_NOT_STATED
 */
export function requireRight(
  place: { readonly kind: 'virtual' | 'silicon' },
  { iHaveTheRight }: { readonly iHaveTheRight?: boolean | undefined },
): void {
  if (place.kind === 'silicon' || iHaveTheRight === true) return;
  throw new NeaiError('VENDOR_RIGHT_NOT_STATED', 'this is the library of a vendor, and the board is virtual');
}
