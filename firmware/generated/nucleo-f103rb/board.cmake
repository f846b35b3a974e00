# Generated from firmware/boards/nucleo-f103rb/board.json by npm run generate. Do not edit.
set(NEAI_BOARD_CORE cortex-m3)
set(NEAI_BOARD_FAMILY stm32f1)
