/*
 * Webhooks, contract 11: who is told of which events, and the deliveries still
 * owed. Everything is in the ledger, so a restart or a crash loses none: each
 * event reaches each endpoint that asked for it at least once, or is given up
 * after WEBHOOK_ATTEMPTS. Knows no sockets; server_hooks.c carries the bytes.
 *
 * Registration over HTTP is a local extension: Pepay's own routes are not
 * published. Attempts, and how long a replaced secret still signs, are INFERRED.
 * All of it runs in real time: who receives has a clock of his own.
 */
#ifndef PEPAYTOP_SANDBOX_WEBHOOKS_H
#define PEPAYTOP_SANDBOX_WEBHOOKS_H

#include "sandbox/world.h"
#include "wire/json.h"
#include "wire/objects.h"

#include <netinet/in.h>

#define WEBHOOKS_MAX          16
#define WEBHOOK_ATTEMPTS      8
#define WEBHOOK_FIRST_WAIT_MS 1000  /* and then twice as long each time */
#define WEBHOOK_TIMEOUT_MS    10000 /* of one attempt */
#define WEBHOOK_LEASE_MS      30000 /* an attempt that nobody ended is owed again after this */
#define WEBHOOK_ROTATION_S    86400
#define WEBHOOK_URL_MAX       512
#define WEBHOOK_SECRET_MIN    8
#define WEBHOOK_SECRET_MAX    128

struct webhook_target {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address;
	socklen_t address_len;
	char authority[80]; /* for the Host header */
	char path[WEBHOOK_URL_MAX + 1];
};

/* Only http to a loopback address, with nothing in it that two readers could read in two ways:
 * E_INVALID, or E_DENIED for another host. `ret` may be NULL. */
must_check enum status webhook_url_parse(const char *url, struct webhook_target *ret,
					 struct problem *reterr);
/* Before attempt `made` + 1; -1 when there is none any more. */
int64_t webhook_backoff_ms(int64_t made);
/* An exact type or a prefix with `*`, of a type that there is. */
bool webhook_filter_valid(const char *filter);

#define WEBHOOK_SIGNATURE_CAP 65
/* hex( HMAC_SHA256( secret, timestamp + "." + body ) ), lower case. */
void webhook_sign(const char *secret, int64_t timestamp_ms, const char *body, size_t len,
		  char ret[WEBHOOK_SIGNATURE_CAP]);

/* --- endpoints; each in the caller's transaction ---- */
struct webhook_params {
	const char *url;
	const struct json *enabled_events; /* array of filters; NULL: everything */
	const char *environment;           /* NULL: both */
	const char *secret;                /* NULL: one is made */
};
/* From the newest event on. *ret_json: as shown, with its secret. E_INVALID, E_DENIED, E_LIMIT. */
must_check enum status webhook_register(struct world *w, const struct webhook_params *p,
					struct json **ret_json, struct problem *reterr);
/* The same, unless the URL is registered already: then that one, as it is. */
must_check enum status webhook_register_once(struct world *w, const struct webhook_params *p,
					     struct json **ret_json, struct problem *reterr);
/* A new secret; the old one signs beside it for so long. *ret_json as above. */
must_check enum status webhook_rotate(struct world *w, const char *id, const char *secret,
				      int64_t for_s, struct json **ret_json,
				      struct problem *reterr);
/* And whatever it is still owed. */
must_check enum status webhook_remove(struct world *w, const char *id, struct problem *reterr);
/* A test.ping for it alone; the event's id. */
must_check enum status webhook_ping(struct world *w, const char *id, char ret_event_id[ID_CAP],
				    struct problem *reterr);
/* Without secrets, with what is pending; one, or all in an array. */
must_check enum status webhook_show(struct world *w, const char *id, struct json **ret_json,
				    struct problem *reterr);
must_check enum status webhook_show_all(struct world *w, struct json **ret_array,
					struct problem *reterr);

/* --- deliveries; each in a transaction of its own ---- */
struct webhook_job {
	char id[2 * ID_CAP + 1];
	char endpoint[ID_CAP];
	int64_t made; /* attempts, this one included */
	struct webhook_target target;
	char *request; /* the whole of it, malloc'd */
	size_t request_len;
};
void webhook_job_release(struct webhook_job *j);

/* After a start: what was under way when the last run ended is owed now. */
must_check enum status webhooks_recover(struct world *w, struct problem *reterr);
/* Turns new events into deliveries. *ret_more: call again. */
must_check enum status webhooks_enqueue(struct world *w, bool *ret_more, struct problem *reterr);
/* The next attempt that is due; E_NOT_FOUND when none is. */
must_check enum status webhook_claim(struct world *w, struct webhook_job *ret,
				     struct problem *reterr);
/* How it went: an HTTP status, or 0 and why. */
must_check enum status webhook_finish(struct world *w, const struct webhook_job *j, int status,
				      const char *error, struct problem *reterr);
/* Real milliseconds until an attempt is due; -1: none waits. */
int64_t webhooks_wait_ms(struct world *w);

/* --- an answer as it comes ---- */
/* 0 while it is not whole; `ended`: nothing more will come. -1: no HTTP answer. */
int webhook_read_answer(const char *bytes, size_t len, bool ended);

#endif
