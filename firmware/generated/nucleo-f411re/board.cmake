# Generated from firmware/boards/nucleo-f411re/board.json by npm run generate. Do not edit.
set(NEAI_BOARD_CORE cortex-m4)
set(NEAI_BOARD_FAMILY stm32f4)
