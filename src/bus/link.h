/*
 * How well we are connected, in words (product F3). One report a stream, made by
 * the feed and shown by the title bar.
 */
#ifndef PEPAYTOP_BUS_LINK_H
#define PEPAYTOP_BUS_LINK_H

#include "wire/answers.h"

enum stream_id { STREAM_MERCHANT, STREAM_COMMERCE, STREAM_COUNT };

/* X(constant, word on screen, tone) */
#define LINK_STATES(X)                                                                         \
	X(LINK_OFF, "OFF", TONE_NEUTRAL) /* no key for this stream */                          \
	X(LINK_CONNECTING, "CONNECTING", TONE_WAITING)                                         \
	X(LINK_LIVE, "LIVE", TONE_GOOD)                                                        \
	X(LINK_LAGGING, "LAGGING", TONE_WARN) /* the reader is behind: reading is held back */ \
	X(LINK_STALE, "STALE", TONE_WARN)     /* open, but silent past the ping deadline */    \
	X(LINK_RECONNECTING, "RECONNECTING", TONE_WARN)                                        \
	X(LINK_POLLING, "POLLING", TONE_WARN) /* no stream, but REST brings the events */      \
	X(LINK_OFFLINE, "OFFLINE", TONE_BAD)                                                   \
	X(LINK_AUTH_FAILED, "AUTH FAILED", TONE_BAD)

enum link_state {
#define X(constant, word, tone) constant,
	LINK_STATES(X)
#undef X
		LINK_STATE_COUNT
};
const char *link_state_word(enum link_state s);
enum tone link_state_tone(enum link_state s);

struct link_report {
	enum stream_id stream;
	enum link_state state;
	unsigned attempt; /* which reconnect attempt, from 1; 0 while connected */
	/* RECONNECTING, POLLING and OFFLINE: when it dials next; TIME_NONE while it is dialling and
	 * in every other state. */
	int64_t next_try_mono_ms;
	int64_t since_wall_ms;   /* when this state began */
	int64_t last_rx_mono_ms; /* last byte from the server, or TIME_NONE */
	int64_t rtt_ms;          /* last ping's round trip, or -1 */
	struct problem
		problem; /* why, for every state that is not LIVE; status S_OK = nothing to say */
};

#endif
