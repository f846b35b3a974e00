/** What a virtual chip cannot do; said in `hello` of the control socket, so that nobody has to find out. */
interface Gaps {
  /** Of blocks that are modelled. */
  readonly features: readonly string[];
  /** Blocks that the reference manual has and the virtual chip has not: they read 0, and every access is a complaint. */
  readonly blocks: readonly string[];
}

const EVERYWHERE = [
  'cycle timing: one instruction is one cycle; caches, prefetch and bus contention',
  'low-power modes below sleep; power and brown-out levels; temperature',
  'option bytes, read and write protection',
  'MCO, clock security, interrupts of RCC',
  'timers other than as time bases: pins, capture, counting down, DMA requests',
  'USART modes other than asynchronous; flow control; wake-up from stop',
  'DMA requests of anything but the USARTs, transfers from memory to memory',
  'reads of flash by code in RAM while the flash is busy (a real chip stalls, this one reads the old content)',
];
const ECC = 'OTP and fast programming, single-bit ECC errors';
const STREAMS = 'FIFO mode, bursts and double buffers of DMA streams';
const NO_BACKUP = 'crystals, backup domain';
const EVERY_FAMILY = ['WWDG', 'TIM1', 'ADC', 'CRC', 'I2C', 'SPI'];
const WITHOUT_RTC = ['RTC', 'EXTI', ...EVERY_FAMILY];

const GAPS: Readonly<Record<string, Gaps>> = {
  stm32f0: {
    features: [NO_BACKUP, 'HSI14 and HSI48', 'remapped DMA requests'],
    blocks: [
      ...WITHOUT_RTC,
      ...['TIM6', 'TIM7', 'TIM14', 'TIM15', 'TIM16', 'TIM17', 'USART3', 'USART4'],
      ...['DAC', 'COMP', 'CAN', 'USB', 'CEC', 'TSC', 'CRS'],
    ],
  },
  stm32f1: {
    features: [NO_BACKUP, 'lock of GPIO configurations'],
    blocks: [...WITHOUT_RTC, 'BKP', 'USART3', 'CAN', 'USB'],
  },
  stm32f4: {
    features: [NO_BACKUP, STREAMS, 'PLLI2S', 'OTP; programming by 64 bits, which needs a supply of its own'],
    blocks: [...WITHOUT_RTC, 'TIM9', 'TIM10', 'TIM11', 'USART6', 'SDIO', 'OTG_FS'],
  },
  stm32f7: {
    features: [
      NO_BACKUP,
      STREAMS,
      'PLLI2S and PLLSAI',
      'OTP; programming by 64 bits, which needs a supply of its own',
    ],
    blocks: [
      ...WITHOUT_RTC,
      ...['DMA2', 'TIM6', 'TIM7', 'TIM8', 'TIM9', 'TIM10', 'TIM11', 'TIM12', 'TIM13', 'TIM14', 'LPTIM1'],
      ...['USART1', 'USART2', 'UART4', 'UART5', 'USART6', 'UART7', 'UART8'],
      ...['DAC', 'RNG', 'CAN', 'OTG_FS', 'OTG_HS', 'SAI', 'SPDIFRX', 'QUADSPI', 'FMC', 'SDMMC', 'CEC'],
      ...['ETH', 'LTDC', 'DMA2D', 'DCMI'],
    ],
  },
  stm32g0: {
    features: [NO_BACKUP, ECC, 'DMAMUX: request generator and synchronisation', 'FIFOs of USARTs'],
    blocks: [
      ...WITHOUT_RTC,
      ...['TIM6', 'TIM7', 'TIM14', 'TIM15', 'TIM16', 'TIM17', 'LPTIM1', 'LPTIM2', 'TAMP'],
      ...['USART3', 'USART4', 'LPUART1', 'DAC', 'COMP', 'VREFBUF', 'UCPD', 'CEC'],
    ],
  },
  stm32l4: {
    features: [ECC, 'RTC calendar', 'edges at EXTI pins', 'HSE', 'PLLSAI1 and PLLSAI2', 'erase of SRAM2'],
    blocks: [
      ...EVERY_FAMILY,
      ...['TIM3', 'TIM4', 'TIM5', 'TIM8', 'TIM15', 'TIM16', 'TIM17', 'USART3', 'UART4', 'UART5', 'LPUART1'],
      ...['DAC', 'COMP', 'OPAMP', 'RNG', 'CAN', 'USB', 'OTG_FS', 'SAI', 'SWPMI', 'TSC', 'QUADSPI', 'FMC'],
      ...['SDMMC', 'DFSDM', 'LCD', 'FIREWALL'],
    ],
  },
  stm32l5: {
    features: [
      ...[NO_BACKUP, ECC, 'TrustZone', 'ICACHE has no effect', 'PLLSAI1 and PLLSAI2'],
      ...['DMAMUX: request generator and synchronisation', 'FIFOs of USARTs'],
    ],
    blocks: [
      ...WITHOUT_RTC,
      ...[
        'DMA2',
        'TIM4',
        'TIM5',
        'TIM6',
        'TIM7',
        'TIM8',
        'TIM15',
        'TIM16',
        'TIM17',
        'LPTIM1',
        'LPTIM2',
        'LPTIM3',
      ],
      ...['USART1', 'USART2', 'USART3', 'UART4', 'UART5', 'SYSCFG', 'TAMP', 'DAC', 'COMP', 'OPAMP', 'RNG'],
      ...[
        'FDCAN',
        'USB',
        'UCPD',
        'SAI',
        'TSC',
        'OCTOSPI',
        'FMC',
        'SDMMC',
        'DFSDM',
        'GTZC',
        'HASH',
        'VREFBUF',
      ],
    ],
  },
};

/** Names of the blocks that a virtual chip of this family has not. */
export function missingBlocks(family: string): readonly string[] {
  return GAPS[family]!.blocks;
}

/** What a virtual chip of this family does not do, a sentence each. */
export function notModelled(family: string): string[] {
  const { features, blocks } = GAPS[family]!;
  return [...EVERYWHERE, ...features, `these blocks, where the chip has them: ${blocks.join(', ')}`];
}
