/*
 * What a request turns into: the calls of the typed client and the messages that
 * tell what came of them. Private to net; blocking, no threads of its own.
 */
#ifndef PEPAYTOP_NET_REST_CALLS_H
#define PEPAYTOP_NET_REST_CALLS_H

#include "api/client.h"
#include "bus/msg.h"

#define REST_RETRY_MS     1000 /* before the one retry of a write whose outcome is open */
#define REST_RATE_WAIT_MS 5000 /* the longest Retry-After that a read waits for */
#define REST_RATE_RETRIES 2
#define REST_MESSAGES_MAX 2

struct rest_pause {
	/* Waits; false when the thread should end instead. */
	bool (*wait)(void *ctx, int64_t ms);
	int64_t (*wall_ms)(void *ctx); /* when an answer came; NULL: nobody knows */
	void *ctx;
};

struct rest_answers {
	struct msg *items[REST_MESSAGES_MAX]; /* the caller's, in order */
	size_t count;
};

/*
 * A read, retried while the server asks for a short wait. Some are several calls: then the first
 * decides, and what the others could not tell is said in the answer's note. A 404 of a local
 * extension's route is looked into: E_UNSUPPORTED when the server has no such extension.
 */
void rest_read(const struct api_client *c, const struct request *rq, const struct rest_pause *pause,
	       struct rest_answers *ret);
/*
 * A write. When the first attempt's outcome is open it is sent once more under the same key. The
 * outcome is then Done on success, Refused only when the answer is a replay (the server had decided
 * it the first time), and Unknown otherwise: a fresh refusal says nothing about the first attempt.
 */
void rest_write(const struct api_client *c, const struct request *rq,
		const struct rest_pause *pause, struct rest_answers *ret);

#endif
