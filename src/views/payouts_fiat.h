/* The column of what the bank gets. */
#ifndef PEPAYTOP_VIEWS_PAYOUTS_FIAT_H
#define PEPAYTOP_VIEWS_PAYOUTS_FIAT_H

#include "views/list_pane.h"

/* "1,234.567 KWD", padded so that the points of all rows in sight stand in one place. */
void payouts_fiat(const struct list_pane *pane, size_t i, struct safe_text *ret);

#endif
