/*
 * A connection that misbehaves on demand: what faults.h decides is done here, at
 * the few points where conn.c and conn_http.c ask. Without an active fault every
 * function lets everything pass.
 */
#ifndef PEPAYTOP_SANDBOX_CONN_FAULTS_H
#define PEPAYTOP_SANDBOX_CONN_FAULTS_H

#include "sandbox/faults.h"
#include "sandbox/wsframe.h"

#define CONN_HELD_MAX  16     /* events kept back at once */
#define CONN_HELD_MS   1000   /* and for how long, when nothing overtakes them */
#define CONN_MUTE_MS   600000 /* a hung connection is let go after this */
#define CONN_OVERSIZED (2u * 1024u * 1024u)
#define CONN_FRAGMENT  16 /* bytes a fragment */

struct conn;

struct conn_line {          /* zero: no fault yet */
	char path[128];     /* of the stream; "" before */
	bool mute;          /* sends nothing */
	bool deaf;          /* and reads nothing */
	int64_t mute_fault; /* until this one is over */
	int64_t muted_ms;
	bool reset;      /* ends with RST */
	bool asked;      /* about the write to come */
	size_t grant;    /* bytes it may have */
	int64_t held_ms; /* since when `held` waits */
	int64_t hold_until_ms;
	size_t held_count;
	struct held {
		char *text;
		size_t len;
		int64_t after; /* events still to overtake it */
	} held[CONN_HELD_MAX];
};

void conn_line_release(struct conn_line *l);

/* Of a complete request. True when it is answered, or never will be: nothing is to be done. */
bool conn_fault_request(struct conn *c, struct fault_hit *ret, bool *ret_hit);
/* The same request, once its answer is put out. */
void conn_fault_answered(struct conn *c, const struct fault_hit *hit);
/* The upgrade is granted: may spoil `accept`, may put out header lines. */
void conn_fault_switch(struct conn *c, char accept[WS_ACCEPT_CAP]);
/* An event or control message. True when it was dealt with. */
bool conn_fault_text(struct conn *c, const char *text, size_t len);
/* How many of `pending` bytes may be written now. */
size_t conn_fault_grant(struct conn *c, size_t pending);
void conn_fault_written(struct conn *c);
/* Of a connection that is mute: false when it is time to hang up. */
bool conn_fault_still_mute(const struct conn *c, int64_t mono_ms);
/* Lets go of events that were kept back too long. */
void conn_fault_tick(struct conn *c, int64_t mono_ms);

#endif
