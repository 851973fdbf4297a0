/*
 * The panes of the dashboard, in the order of the keys 1 to 4. A new pane is one
 * file and one line here. Every pane is a list pane (list_pane.h).
 */
#ifndef PEPAYTOP_VIEWS_REGISTRY_H
#define PEPAYTOP_VIEWS_REGISTRY_H

#include "views/view.h"

#define PANES(X)                        \
	X(PANE_EVENTS, EVENTS_VIEW)     \
	X(PANE_INVOICES, INVOICES_VIEW) \
	X(PANE_ORDERS, ORDERS_VIEW)     \
	X(PANE_PAYOUTS, PAYOUTS_VIEW)

enum pane {
#define X(constant, ops) constant,
	PANES(X)
#undef X
		PANE_COUNT
};

#define X(constant, ops) extern const struct view_ops ops;
PANES(X)
#undef X
const struct view_ops *pane_ops(enum pane p);

/* One object or event over the whole screen; tell it which right after view_open. */
extern const struct view_ops DETAIL_VIEW;
void detail_show(struct view *v, const struct subject *what, enum detail_tab tab,
		 const struct store *st, struct outbox *out);

#endif
