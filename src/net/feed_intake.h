/*
 * What a stream's frames become: batches of events and gaps on their way to the
 * mailbox, and the cursor to resume from. Knows no sockets. Private to net.
 *
 * The cursor moves when the mailbox has accepted a batch, which is not yet on disk. It only makes
 * reconnects of this process quick: should the process end between acceptance and commit, the next
 * one starts from the cursors the archive committed, and its walk from the verified one. A
 * MSG_GAP says that something may be missing; whether anything is, a walk finds out.
 */
#ifndef PEPAYTOP_NET_FEED_INTAKE_H
#define PEPAYTOP_NET_FEED_INTAKE_H

#include "bus/mailbox.h"

#define INTAKE_WAITING_MAX 16 /* messages held while the mailbox is full */

struct intake {
	enum stream_id stream;
	struct mailbox *out; /* borrowed */
	struct msg *batch;   /* being filled; NULL: nothing yet */
	size_t batch_cap;
	struct msg *waiting[INTAKE_WAITING_MAX]; /* complete, in order, not yet accepted */
	size_t waiting_count;
	char cursor[ID_CAP]; /* the last event id whose batch the mailbox accepted; "" = none */
	bool replaying;      /* between replay_started and replay_completed */
	bool gap_told;       /* an unknown control frame was reported on this connection */
};

void intake_init(struct intake *in, enum stream_id stream, struct mailbox *out);
void intake_release(struct intake *in);
/* A new connection: what it is in the middle of starts afresh; what waits and the cursor stay. */
void intake_reconnected(struct intake *in);

enum intake_result {
	INTAKE_OK,
	INTAKE_ENDED,   /* a ws_error: the server will close; *reterr has its words */
	INTAKE_REFUSED, /* the same, and it is about the credentials */
	INTAKE_FULL     /* no room even to wait: close, and resume from the cursor */
};
/* One whole text message. What cannot be read is counted, with the reason. */
enum intake_result intake_message(struct intake *in, const char *text, size_t len,
				  struct problem *reterr);
/* A frame that cannot be read; `text` is what there is of it, copied. */
void intake_bad(struct intake *in, const char *reason, const char *text, size_t len);
/* The cursor cannot be resumed from: reports the gap and forgets it. */
enum intake_result intake_cursor_lost(struct intake *in, const char *to);
/* Hands over what there is. False: the mailbox is full and something still waits. */
bool intake_flush(struct intake *in);

#endif
