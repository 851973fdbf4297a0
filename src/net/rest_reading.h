/*
 * One attempt at a read. Private to rest_reads.c and rest_lists.c.
 */
#ifndef PEPAYTOP_NET_REST_READING_H
#define PEPAYTOP_NET_REST_READING_H

#include "net/rest_calls.h"

struct reading {
	const struct api_client *client;
	const struct request *rq;
	int64_t now_ms;
	struct msg *m;
	struct fault *fault;
	struct problem *err;
};

/* E_UNSUPPORTED, in words; `next` may be NULL. */
enum status reading_refuse(struct reading *r, const char *what, const char *next);
/* REQUEST_LIST: fills the page of r->m. */
must_check enum status reading_list(struct reading *r);

#endif
