import type { ChipFamily } from './chip.ts';
import { STM32F0 } from './stm32f0.ts';
import { STM32F1 } from './stm32f1.ts';
import { STM32F4 } from './stm32f4.ts';
import { STM32F7 } from './stm32f7.ts';
import { STM32G0 } from './stm32g0.ts';
import { STM32L4 } from './stm32l4.ts';
import { STM32L5 } from './stm32l5.ts';

/** Chips that a virtual board can have, by the family that board.json names. */
export const FAMILIES: Readonly<Record<string, ChipFamily>> = {
  stm32f0: STM32F0,
  stm32f1: STM32F1,
  stm32f4: STM32F4,
  stm32f7: STM32F7,
  stm32g0: STM32G0,
  stm32l4: STM32L4,
  stm32l5: STM32L5,
};
