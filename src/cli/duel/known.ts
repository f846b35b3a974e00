import type { RunRecord } from '../../record/run-record.ts';
import type { VendorLibrary } from '../../vendor/library.ts';

/** What is known of a vendor's library beside its figures, in sentences. */
export function knownOf({ metadata, licences }: VendorLibrary, { vendor }: RunRecord): string[] {
  const { studio, target, limited } = metadata;
  const made = [
    ...(studio === null ? [] : [`made by Studio ${studio}`]),
    ...(target === null ? [] : [`compiled for ${target}`]),
  ];
  return [
    ...(made.length === 0
      ? ['The vendor’s library does not tell by which Studio and for which part it was made']
      : [`The vendor’s library was ${made.join(', ')}`]),
    ...(limited === true ? ['The vendor’s library is a limited edition'] : []),
    ...licences.map(({ what, file }) => `Its licence: ${what} (${file})`),
    ...(vendor?.restore?.verdict === 'HIDDEN STATE'
      ? [`The vendor’s library: ${vendor.restore.reason}`]
      : []),
  ];
}
