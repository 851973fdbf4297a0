/*
 * `pepaytop verify`: the history against the server's own list of events. Headless;
 * reads the history while another instance may be writing it.
 */
#ifndef PEPAYTOP_APP_VERIFY_H
#define PEPAYTOP_APP_VERIFY_H

#include "api/client.h"
#include "app/network.h"
#include "archive/history.h"

#define VERIFY_NAMED_MAX  20  /* ids named in the report */
#define VERIFY_RECENT_MAX 200 /* missing ones that are looked up a second time */

struct verify_named {
	char ids[VERIFY_NAMED_MAX][ID_CAP];
	uint64_t count; /* of all, not only those named */
};

struct verify {
	/* given */
	const struct api_client *client;
	struct history *history;
	const char *environment; /* "" whatever the key sees */
	int64_t since_ms;        /* or TIME_NONE */
	int64_t now_ms;          /* wall, when it begins */
	/* found */
	uint64_t compared;
	uint64_t on_disk;
	struct verify_named missing, differing;
	uint64_t strangers;
	uint64_t unreadable;          /* entries of the server's list that are no events */
	uint64_t lost;                /* stretches of the range the history knows to be lost */
	int64_t newest_ms, oldest_ms; /* created, of what was compared; TIME_NONE: nothing */
	/* Missing and perhaps not committed yet. */
	char recent[VERIFY_RECENT_MAX][ID_CAP];
	size_t recent_count;
	/* Missing, as old as the oldest on disk: only counted when one on disk comes after. */
	struct verify_named before;
};

/*
 * Walks the server's list from the newest to where the history begins, or to since_ms. `progress`
 * is called after each page; may be NULL.
 */
must_check enum status verify_walk(struct verify *v, void (*progress)(const struct verify *v),
				   struct problem *reterr);
/* What a running writer has committed meanwhile is not missing. */
void verify_recheck(struct verify *v);
bool verify_complete(const struct verify *v);

/* Exit status: 0 complete, 6 not or not to be shown, 3 no connection, 2 configuration. */
int verify_run(const struct network_options *o);

#endif
