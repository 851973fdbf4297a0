/*
 * Bytes from a terminal into keys: a decoder that never touches a terminal. It
 * knows ECMA-48 sequences, the exceptions that terminfo lists, bracketed paste
 * and UTF-8, presses of the left button and the wheel in
 * SGR form (1006); whatever else begins with ESC (replies to queries, other mouse reports)
 * is swallowed whole and never becomes a key (faults T10, T11).
 */
#ifndef PEPAYTOP_UI_TERM_KEYS_H
#define PEPAYTOP_UI_TERM_KEYS_H

#include "ui/key.h"

#define TERM_KEYS_BUFFER    4096
#define TERM_KEYS_EXTRA_MAX 32
#define TERM_KEYS_EXTRA_CAP 16

#define TERM_ESC_WAIT_MS      25  /* after a bare ESC, or one that may begin a sequence */
#define TERM_SEQUENCE_WAIT_MS 200 /* inside what surely is one: a slow line */

struct term_keys {
	unsigned char in[TERM_KEYS_BUFFER];
	size_t at, end;
	bool pasting;
	bool in_string; /* inside OSC, DCS and the like */
	bool in_csi;    /* inside a control sequence too long to be a key */
	struct {
		char bytes[TERM_KEYS_EXTRA_CAP];
		size_t len;
		uint32_t code;
	} extra[TERM_KEYS_EXTRA_MAX];
	size_t extra_count;
};

/* KEYS_MORE: what has come may be the beginning of something; wait keys_wait_ms() for the rest,
 * then ask with `quiet` set. */
enum keys_result { KEYS_NONE, KEYS_KEY, KEYS_MORE };

void keys_init(struct term_keys *k);
/* What this terminal sends for a key, from terminfo; only sequences of ESC are taken. */
void keys_add(struct term_keys *k, const char *bytes, uint32_t code);
size_t keys_room(struct term_keys *k);
void keys_feed(struct term_keys *k, const void *bytes, size_t len); /* at most keys_room() */
/* `quiet`: no byte came for keys_wait_ms(). */
enum keys_result keys_next(struct term_keys *k, bool quiet, struct key *ret);
int keys_wait_ms(const struct term_keys *k);

#endif
