/*
 * Faults on demand, contract 15.5 (local extension): which misbehaviour a
 * connection shows next. Only decides; conn_faults.c does it. Every fault draws
 * from numbers of its own, so the same faults asked the same questions in the same
 * order decide the same.
 */
#ifndef PEPAYTOP_SANDBOX_FAULTS_H
#define PEPAYTOP_SANDBOX_FAULTS_H

#include "base/status.h"

#define FAULTS_MAX         32
#define FAULT_CERTAIN      1000000 /* probability, in millionths */
#define FAULT_BYTES_RANDOM (-1)

/* When a fault can strike. */
enum fault_moment {
	FAULT_AT_REQUEST, /* a request is complete, nothing has been done */
	FAULT_AT_UPGRADE, /* a stream is about to be granted */
	FAULT_AT_SINCE,   /* a subscriber says where to go on from */
	FAULT_AT_EVENT,   /* an event is about to be put into a frame */
	FAULT_AT_WRITE    /* bytes are about to be written */
};

/* X(constant, name, moment) */
#define FAULTS(X)                                           \
	X(FAULT_HTTP, "http", FAULT_AT_REQUEST)             \
	X(FAULT_HTML, "html-200", FAULT_AT_REQUEST)         \
	X(FAULT_REDIRECT, "redirect", FAULT_AT_REQUEST)     \
	X(FAULT_HANG, "hang-before", FAULT_AT_REQUEST)      \
	X(FAULT_APPLY, "apply-then-hang", FAULT_AT_REQUEST) \
	X(FAULT_ACCEPT, "wrong-accept", FAULT_AT_UPGRADE)   \
	X(FAULT_EXTENSION, "extension", FAULT_AT_UPGRADE)   \
	X(FAULT_RETENTION, "retention", FAULT_AT_SINCE)     \
	X(FAULT_DROP, "drop", FAULT_AT_EVENT)               \
	X(FAULT_HALF_OPEN, "half-open", FAULT_AT_EVENT)     \
	X(FAULT_DUPLICATE, "duplicate", FAULT_AT_EVENT)     \
	X(FAULT_REORDER, "reorder", FAULT_AT_EVENT)         \
	X(FAULT_GAP, "gap", FAULT_AT_EVENT)                 \
	X(FAULT_FRAGMENT, "fragment", FAULT_AT_EVENT)       \
	X(FAULT_BAD_FRAME, "bad-frame", FAULT_AT_EVENT)     \
	X(FAULT_TOKEN, "token-expiry", FAULT_AT_EVENT)      \
	X(FAULT_DELAY, "delay", FAULT_AT_WRITE)             \
	X(FAULT_SLICE, "slice", FAULT_AT_WRITE)

enum fault_kind {
#define X(constant, name, moment) constant,
	FAULTS(X)
#undef X
		FAULT_KIND_COUNT
};

/* X(constant, name): what a bad-frame is. */
#define BAD_FRAMES(X)                         \
	X(BAD_RSV, "rsv")                     \
	X(BAD_CONTINUATION, "continuation")   \
	X(BAD_UTF8, "utf8")                   \
	X(BAD_MASKED, "masked")               \
	X(BAD_LENGTH, "length")               \
	X(BAD_OVERSIZED, "oversized")         \
	X(BAD_CONTROL_LONG, "control-long")   \
	X(BAD_CONTROL_SPLIT, "control-split") \
	X(BAD_OPCODE, "opcode")

enum bad_frame {
#define X(constant, name) constant,
	BAD_FRAMES(X)
#undef X
		BAD_FRAME_COUNT
};

struct fault_params {
	int64_t bytes;        /* drop, fragment, slice, oversized; or FAULT_BYTES_RANDOM */
	int64_t ms;           /* delay, slice: before each write */
	int64_t times;        /* duplicate: extra copies; extension: header lines */
	int64_t window;       /* reorder: events that overtake it */
	int64_t status;       /* http, redirect */
	bool reset;           /* drop: by RST */
	bool on_http;         /* drop: an answer's bytes, not a stream's */
	enum bad_frame frame; /* bad-frame */
	char retry_after[64]; /* http: as it is sent; "date:5" is the date five seconds on */
	char host[80];        /* redirect: "127.0.0.1:9999" */
};

struct fault_entry {
	int64_t id;
	enum fault_kind kind;
	struct fault_params params;
	char method[8];      /* "": any; apply-then-hang: any but GET */
	char path[128];      /* prefix; "": any */
	uint64_t seed;       /* what its numbers are drawn from */
	int64_t count;       /* how often it strikes at most; 0: no limit */
	int64_t probability; /* in millionths */
	int64_t for_ms;      /* real milliseconds it is active; 0: until deleted */
	int64_t asked, hits;
};

struct faults;

struct faults *faults_new(void);
void faults_free(struct faults *f);
/* Takes effect at once; the id, asked and hits of `spec` are not looked at. E_FULL when
 * FAULTS_MAX are active; those that have struck as often as they may make room. */
must_check enum status faults_add(struct faults *f, const struct fault_entry *spec, int64_t mono_ms,
				  int64_t *ret_id, struct problem *reterr);
/* E_NOT_FOUND. What it hung is let go. */
must_check enum status faults_remove(struct faults *f, int64_t id, struct problem *reterr);
void faults_clear(struct faults *f);
/* In order of addition; forgets those whose time is over. NULL past the last. */
const struct fault_entry *faults_at(struct faults *f, size_t i, int64_t mono_ms);
/* Still there, even when it will not strike again. */
bool faults_active(struct faults *f, int64_t id, int64_t mono_ms);

struct fault_hit {
	int64_t id;
	enum fault_kind kind;
	struct fault_params params;
	uint64_t draw; /* a number to choose by, from the fault's own */
};
/*
 * Whether one strikes now; the first that does wins, and those after it are not asked. `faults`
 * may be NULL: none ever does.
 */
bool faults_ask(struct faults *f, enum fault_moment moment, const char *method, const char *path,
		int64_t mono_ms, struct fault_hit *ret);

const char *fault_name(enum fault_kind kind);
bool fault_find(const char *name, enum fault_kind *ret);
const char *bad_frame_name(enum bad_frame b);
bool bad_frame_find(const char *name, enum bad_frame *ret);

#endif
