/*
 * Private to details: what one holds, and what its commands need of it.
 */
#ifndef PEPAYTOP_VIEWS_DETAIL_PRIV_H
#define PEPAYTOP_VIEWS_DETAIL_PRIV_H

#include "views/detail_tabs.h"
#include "views/session_view.h"
#include "views/subject_cells.h"
#include "views/tabs.h"

struct detail {
	struct subject what;
	struct detail_bar bar;
	struct doc docs[DETAIL_TAB_COUNT]; /* JSON's stays empty */
	struct json_view *json;
	struct json_learnt json_learnt;
	struct safe_text json_source;
	enum role json_role;
	struct story *story;
	struct explain *explain;
	struct asks asks;
	int split; /* where the Summary's second column begins; 0: there is one */
	bool moved[DETAIL_TAB_COUNT]; /* somebody chose where to stand; else with the newest */
	int64_t built_mono_ms;        /* when, by the clock to pace by; 0: not yet */
	int built_width, built_height;
	struct qr *qr; /* over everything, while it is shown */
};

struct subject_look detail_look(const struct view *v, const struct store *st);
int detail_body_height(const struct view *v);
struct doc *detail_doc(const struct view *v); /* of the tab that is shown */
void detail_build_tab(struct view *v, const struct store *st);
/* The key of the line under the cursor, while it can be seen; NULL: none. */
const char *detail_cursor(const struct view *v);

/* The link whole, as a QR code has it; NULL: it is not known, or this has none. */
const char *detail_payment_url(const struct detail *d, const struct store *st);

/* detail_act.c: members of the view. */
enum handled detail_act(struct view *v, enum command cmd, const struct store *st,
			struct outbox *out);
void detail_click(struct view *v, int x, int y, const struct store *st, struct outbox *out);

#endif
