const DIGITS = 24;

/**
 * An ST-LINK's serial number in the one form that OpenOCD, udev and rack files share: 24 upper-case hexadecimal digits.
 * Some old probe firmware gives twelve raw bytes, one in each character of the USB string, where others give 24 digits;
 * the kernel hands those on as UTF-8. OpenOCD 0.11 and later write them as digits too, so both name the same probe.
 * @param bytes content of the sysfs file `serial`, with the newline that the kernel adds; undefined when there is none
 */
export function normaliseProbeSerial(
  bytes: Uint8Array | undefined,
): { readonly serial: string } | { readonly problem: string } {
  if (bytes === undefined) return { problem: 'gives no serial number' };
  // One newline is the kernel's; one before it may be a raw byte of the number.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replace(/\n$/, '');
  if (new RegExp(`^[0-9A-Fa-f]{${DIGITS}}$`).test(text)) return { serial: text.toUpperCase() };
  const units = [...text].map((character) => character.codePointAt(0)!);
  if (2 * units.length === DIGITS && units.every((unit) => unit <= 0xff))
    return {
      serial: units.map((unit) => unit.toString(16).toUpperCase().padStart(2, '0')).join(''),
    };
  // The kernel ends the text at a raw byte of zero.
  if (2 * units.length < DIGITS && units.length > 0)
    return { problem: `gives a serial number of ${units.length} characters: upgrade the ST-LINK's firmware` };
  return { problem: "gives no serial number that can be used: upgrade the ST-LINK's firmware" };
}
