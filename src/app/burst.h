/*
 * Keys that come right behind a line that was entered. A terminal without bracketed paste sends a
 * pasted text as if it were typed: its first line is entered, and the rest would be commands.
 * Nobody types that fast, so the rest is dropped. Pure: it is told the time.
 */
#ifndef PEPAYTOP_APP_BURST_H
#define PEPAYTOP_APP_BURST_H

#include "ui/key.h"

#define BURST_GAP_MS 15 /* keys of one paste come closer than that */
#define BURST_KEYS   64

struct burst {
	int64_t last_ms; /* of the last key behind the line */
	bool on;         /* a line was entered, and nobody has paused since */
	bool drops;      /* it is a paste */
	struct key held[BURST_KEYS];
	size_t count;
};

/* A line was entered by a key of its own. */
void burst_line(struct burst *b, int64_t mono_ms);
/* True: the key is not to be pressed now; it is held, or dropped. */
bool burst_takes(struct burst *b, struct key k, int64_t mono_ms);
/* All that was there has been read: what is held was typed, and is to be pressed. Returns how many;
 * they are in `held` until the next key. */
size_t burst_release(struct burst *b);

#endif
