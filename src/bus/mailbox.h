/*
 * A bounded queue between threads, with a descriptor that is readable while it
 * holds something. Many posters, one taker.
 *
 * A post never blocks and never drops: E_FULL leaves the item with the caller,
 * who must hold back its source. When the taker makes room again after a refusal,
 * `on_room` runs on the taker's thread; it must only wake the poster up.
 */
#ifndef PEPAYTOP_BUS_MAILBOX_H
#define PEPAYTOP_BUS_MAILBOX_H

#include "bus/msg.h"

struct mailbox; /* of struct msg *  */

struct mailbox *mailbox_new(size_t capacity);
void mailbox_free(struct mailbox *mb); /* frees what is still queued */
/* Takes msg on S_OK. E_FULL and E_CLOSED leave it yours. */
must_check enum status mailbox_post(struct mailbox *mb, struct msg *msg);
struct msg *mailbox_take(struct mailbox *mb); /* NULL when empty; never blocks */
int mailbox_fd(const struct mailbox *mb);     /* for poll; do not read it */
void mailbox_close(struct mailbox *mb);       /* posts answer E_CLOSED from now on */
size_t mailbox_count(struct mailbox *mb);
void mailbox_on_room(struct mailbox *mb, void (*wake)(void *ctx), void *ctx);

/* Requests go the other way: the REST thread waits in request_queue_wait. */
struct request_queue;
struct request_queue *request_queue_new(size_t capacity);
void request_queue_free(struct request_queue *q);
must_check enum status request_queue_post(struct request_queue *q, const struct request *r);
/* Blocks until there is one or the queue is closed (E_CLOSED). Writes come before reads. */
must_check enum status request_queue_wait(struct request_queue *q, struct request *ret);
void request_queue_close(struct request_queue *q);

#endif
