/*
 * Everything the store knows of one object or event, as a document. Used by the
 * detail screen and by the lower half of the order pane.
 */
#ifndef PEPAYTOP_VIEWS_DESCRIBE_H
#define PEPAYTOP_VIEWS_DESCRIBE_H

#include "views/doc.h"
#include "views/view.h"

/* `compact`: no blank lines, the items right below the state; for a low pane. */
void describe_order(struct doc *d, const struct view_context *ctx, const struct order *o,
		    bool compact);
/* The record with its relatives, timeline and JSON. */
void describe_record(struct doc *d, const struct view_context *ctx, const struct store *st,
		     const struct record *r);
/* What its row knows at once, the body when the history has answered REQUEST_EVENT. False: nothing
 * is known of it. */
bool describe_event(struct doc *d, const struct view_context *ctx, const struct store *st,
		    const char *id);

#endif
