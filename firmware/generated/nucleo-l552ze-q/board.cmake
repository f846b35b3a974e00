# Generated from firmware/boards/nucleo-l552ze-q/board.json by npm run generate. Do not edit.
set(NEAI_BOARD_CORE cortex-m33)
set(NEAI_BOARD_FAMILY stm32l5)
