/*
 * The hosted payment page at an invoice's payment_url: what a payor sees, and the
 * devnet way to pay. Local extension in what it does: Pepay's own page waits for a
 * wallet, this one plays the wallet. Plain HTML, one form, no scripts.
 */
#ifndef PEPAYTOP_SANDBOX_HOSTED_H
#define PEPAYTOP_SANDBOX_HOSTED_H

#include "sandbox/call.h"

#define HOSTED_PATH "/pay"

/* The page of ?session=…&signature=…; whatever goes wrong is a page too. */
void hosted_show(struct world *w, const struct call *c, struct reply *r);
/*
 * The page's form, its fields as parameters: action (pay, verify), token, share (full, part),
 * amount, unnoticed. A 303 to the page when it was done, else the page with what is wrong.
 * Opens a transaction of its own. The session in the form is what proves that the page was ours.
 */
void hosted_submit(struct world *w, const struct call *c, struct reply *r);

#endif
