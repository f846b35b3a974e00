/* What the code that all families share, and the drivers of one family, ask of each other. */
#ifndef CORTEX_M_FAMILY_H
#define CORTEX_M_FAMILY_H

/* Makes hal_tx work by polling alone, at whatever clock the part runs. */
void family_panic_line(void);
/* Why the non-maskable interrupt came: one word, as the report takes it. */
const char *family_nmi_cause(void);
/* 1: the non-maskable interrupt belongs to a read that is prepared for it, and has been dealt with. */
int family_nmi_expected(void);
/* Reports one word and resets: for what a driver cannot go on without. */
_Noreturn void family_panic(const char *what);

#endif
