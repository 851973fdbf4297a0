/*
 * Control of this sandbox over HTTP, contract 15.5: a local extension, there only
 * with --enable-control and only for programs on this machine. It asks for no key,
 * so it refuses whatever a web page could have sent.
 */
#ifndef PEPAYTOP_SANDBOX_CONTROL_H
#define PEPAYTOP_SANDBOX_CONTROL_H

#include "sandbox/call.h"

struct director;
struct faults;

struct control {
	struct director *director;
	struct faults *faults;
};

bool control_is_path(const char *path);
/* 403 for a request with an Origin, or with a Host that is not loopback (a name that was made to
 * lead here). NULL: not sent. */
bool control_admit(const char *host, const char *origin, struct reply *r);
/* The active faults; NULL when control is not enabled. */
struct faults *control_faults(const struct world *w);

#define TRUTH_HASH_CAP 65
/*
 * SHA-256 in hex over the whole truth: every event's body in order, then for each kind of object,
 * in the order of OBJECT_KINDS, every document, newest first; each followed by a line feed.
 */
must_check enum status truth_hash(struct world *w, char ret[TRUTH_HASH_CAP],
				  struct problem *reterr);

#endif
