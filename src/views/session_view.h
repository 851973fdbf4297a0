/*
 * What the payor of one invoice sees now (product F9): status, amount, quote and its
 * countdown, address; and the payment link as a QR code over the whole screen.
 */
#ifndef PEPAYTOP_VIEWS_SESSION_VIEW_H
#define PEPAYTOP_VIEWS_SESSION_VIEW_H

#include "ui/qr.h"
#include "views/describe.h"
#include "wire/payor.h"

void describe_session(struct doc *d, const struct describing *w, const struct payor_session *s);

/* The code in the middle of the canvas with a line below it (what it asks for, what the page says;
 * `s` may be NULL), or how large the terminal has to be for it. */
void session_draw_qr(const struct qr *q, const struct payor_session *s,
		     const struct view_context *ctx, struct canvas *c);

#endif
