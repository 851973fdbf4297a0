/*
 * Webhook deliveries on their way: non-blocking connections in the server's own
 * loop, so that a receiver that hangs delays nobody but itself. webhooks.h decides
 * what is sent when; this moves the bytes.
 */
#ifndef PEPAYTOP_SANDBOX_SERVER_HOOKS_H
#define PEPAYTOP_SANDBOX_SERVER_HOOKS_H

#include "sandbox/webhooks.h"

#define HOOK_FLIGHTS_MAX 16

struct lws;
struct lws_context;
struct hooks;
struct flight;

struct hooks *hooks_new(struct world *w, struct lws_context *lws);
/* There may be something new to deliver: looks as soon as the loop turns. */
void hooks_wake(struct hooks *h);
/* Nothing is started or counted any more; before the lws context is destroyed. */
void hooks_stop(struct hooks *h);
void hooks_free(struct hooks *h); /* and after */

/* What lws calls back with, for the descriptors of flights. -1: close it. */
int flight_writable(struct flight *f);
int flight_readable(struct flight *f);
void flight_closed(struct flight *f);

#endif
