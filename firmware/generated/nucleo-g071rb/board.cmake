# Generated from firmware/boards/nucleo-g071rb/board.json by npm run generate. Do not edit.
set(NEAI_BOARD_CORE cortex-m0plus)
set(NEAI_BOARD_FAMILY stm32g0)
