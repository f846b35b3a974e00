/** Bits of `capabilities` in hello, as firmware/core/library.h names them. */
export const CAPABILITY = { tellsCounter: 1, tellsVersion: 2, takesSensitivity: 4 } as const;
