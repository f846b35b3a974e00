import type { VendorFiles } from './unpack.ts';

/** Licences that are known by a sentence of theirs; the vendor's own terms come first, they are the narrower ones. */
const KNOWN: readonly [RegExp, string][] = [
  [/SLA0\d{3}|Software License Agreement/i, "the vendor's Software License Agreement"],
  [/Redistribution and use in source and binary forms/i, 'terms of the BSD kind'],
  [/Permission is hereby granted, free of charge/i, 'MIT terms'],
  [/Apache License/i, 'Apache License'],
  [/GNU (LESSER |AFFERO )?GENERAL PUBLIC LICENSE/i, 'GNU licence'],
  [/licensed under terms that can be found in the LICENSE file/i, 'terms of a LICENSE file'],
];

export interface FoundLicence {
  readonly file: string;
  /** What it is, as far as it is recognised, and who claims the copyright. */
  readonly what: string;
}

/**
 * Licence texts of a download: the head of its header and licence files beside archive or header, or above them.
 * It only says what was found: what a licence allows, nobody reads out of a file name.
 */
export function findLicences(files: VendorFiles, archive: string, header: string): FoundLicence[] {
  const folders = new Set([archive, header].flatMap(foldersAbove));
  const candidates = [...files.keys()].filter(
    (path) => /(^|\/)licen[cs]e[^/]*$/i.test(path) && folders.has(folderOf(path)),
  );
  return [header, ...candidates].flatMap((file) => {
    const text = new TextDecoder().decode(files.get(file)!.subarray(0, 8192));
    const owner = /copyright\s+(?:\(c\)|©)?\s*(\d{4}[^\n*]*)/i.exec(text)?.[1]?.trim().replace(/\.$/, '');
    const terms = KNOWN.find(([sign]) => sign.test(text))?.[1];
    if (terms === undefined && owner === undefined) return [];
    return [
      {
        file,
        what: [terms ?? 'no terms recognised', owner && `copyright ${owner}`].filter(Boolean).join(', '),
      },
    ];
  });
}

const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');

function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/')).concat('');
}
