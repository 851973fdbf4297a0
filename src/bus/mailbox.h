/*
 * A bounded queue between threads, with a descriptor that is readable while it
 * holds something. Many posters, one taker.
 *
 * A post never blocks and never drops: E_FULL leaves the item with the caller,
 * who must hold back its source. When the taker has made room again after a refusal
 * (half of the capacity is free, so that posters do not stop and go), the `on_room`
 * callbacks run on the taker's thread; each must only wake its poster up.
 */
#ifndef PEPAYTOP_BUS_MAILBOX_H
#define PEPAYTOP_BUS_MAILBOX_H

#include "bus/msg.h"

struct mailbox; /* of struct msg *  */

#define MAILBOX_WAKERS_MAX 8
/* Events in its messages, all together: an event takes a few kilobytes on the way. */
#define MAILBOX_EVENTS_MAX 8192

/* `capacity` messages. NULL when the system has no descriptor left. */
struct mailbox *mailbox_new(size_t capacity);
void mailbox_free(struct mailbox *mb); /* frees what is still queued */
/* Takes msg on S_OK. E_FULL and E_CLOSED leave it yours. */
must_check enum status mailbox_post(struct mailbox *mb, struct msg *msg);
struct msg *mailbox_take(struct mailbox *mb); /* NULL when empty; never blocks */
int mailbox_fd(const struct mailbox *mb);     /* for poll; do not read it */
/* Posts answer E_CLOSED from now on; wakes the posters, who may be waiting for room. */
void mailbox_close(struct mailbox *mb);
size_t mailbox_count(struct mailbox *mb);
/* One callback a ctx; wake NULL removes it, and it does not run again once this returns. The
 * callback must not call back into mailbox_on_room. */
void mailbox_on_room(struct mailbox *mb, void (*wake)(void *ctx), void *ctx);

/* Requests go the other way: the REST thread waits in request_queue_wait. */
struct request_queue;
struct request_queue *request_queue_new(size_t capacity);
void request_queue_free(struct request_queue *q);
must_check enum status request_queue_post(struct request_queue *q, const struct request *r);
/* Blocks until there is one or the queue is closed (E_CLOSED, even when some are left). The oldest
 * write comes first, then the oldest read. */
must_check enum status request_queue_wait(struct request_queue *q, struct request *ret);
void request_queue_close(struct request_queue *q);

#endif
