/** CRC-32C (Castagnoli), reflected polynomial 0x82F63B78: RFC 3720 appendix B.4. */
const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});

/**
 * CRC-32C of bytes; `crc32c(b, crc32c(a))` continues over a then b.
 * @returns unsigned 32-bit value; 0xE3069283 for the ASCII digits "123456789".
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous >>> 0;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8)) >>> 0;
  return ~crc >>> 0;
}
