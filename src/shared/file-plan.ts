/** A file that somebody else will write: pure code returns plans, the host puts them on a disk. */
export interface PlannedFile {
  /** Relative path with forward slashes; never absolute, never with `..`. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

export type FilePlan = readonly PlannedFile[];
