/* May the library of this image run here? Included after NanoEdgeAI.h, which defines NEAI_LIMITED when it is limited to boards. */
#ifndef NEAI_ALLOWED_H
#define NEAI_ALLOWED_H

#ifdef NEAI_LIMITED
#include "neai_board.h"
#define NEAI_IS_ALLOWED() neai_board_is_allowed()
#else
#define NEAI_IS_ALLOWED() 1
#endif

#endif
