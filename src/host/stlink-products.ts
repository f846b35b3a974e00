/** USB vendor id of STMicroelectronics, as sysfs and udev write it. */
export const ST_VENDOR_ID = '0483';

export interface StLinkProduct {
  /** USB product id, four lower-case hexadecimal digits. */
  readonly id: string;
  readonly title: string;
  /** The probe waits for new firmware of its own: it debugs nothing until it is plugged in anew. */
  readonly loader?: true;
  /** OpenOCD 0.12 does not look for this product (interface/stlink.cfg, stlink-dap.cfg). */
  readonly newerThanOpenOcd012?: true;
  /** Without a virtual COM port: the board's UART reaches the computer by other means. */
  readonly noSerialPort?: true;
}

/** ST-LINK product ids: OpenOCD's udev rules and probe table, ST's own udev rules for V3PWR. */
export const STLINK_PRODUCTS: readonly StLinkProduct[] = [
  { id: '3744', title: 'ST-LINK/V1', noSerialPort: true },
  { id: '3748', title: 'ST-LINK/V2', noSerialPort: true },
  { id: '374a', title: 'ST-LINK/V2-1 (audio)', newerThanOpenOcd012: true },
  { id: '374b', title: 'ST-LINK/V2-1' },
  { id: '374d', title: 'STLINK-V3 loader', loader: true, noSerialPort: true },
  { id: '374e', title: 'STLINK-V3E' },
  { id: '374f', title: 'STLINK-V3SET' },
  { id: '3752', title: 'ST-LINK/V2-1 without drive' },
  { id: '3753', title: 'STLINK-V3 with two serial ports' },
  { id: '3754', title: 'STLINK-V3E without drive' },
  {
    id: '3755',
    title: 'STLINK-V3PWR loader',
    loader: true,
    noSerialPort: true,
    newerThanOpenOcd012: true,
  },
  { id: '3757', title: 'STLINK-V3PWR', newerThanOpenOcd012: true },
];
