# Generated from firmware/boards/nucleo-f746zg/board.json by npm run generate. Do not edit.
set(NEAI_BOARD_CORE cortex-m7)
set(NEAI_BOARD_FAMILY stm32f7)
