# Generated from firmware/boards/nucleo-f072rb/board.json by npm run generate. Do not edit.
set(NEAI_BOARD_CORE cortex-m0)
set(NEAI_BOARD_FAMILY stm32f0)
