/*
 * What a fallible function answers, and what it has to say about a failure.
 *
 * Functions that can fail return `must_check enum status`. Results go through
 * `ret_…` parameters, which a failure leaves untouched. When the caller can use
 * an explanation, the last parameter is a `struct problem *` (NULL is allowed).
 */
#ifndef PEPAYTOP_BASE_STATUS_H
#define PEPAYTOP_BASE_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define must_check        __attribute__((warn_unused_result))
#define printf_like(f, a) __attribute__((format(printf, f, a)))

/* name, words for a person */
#define STATUSES(X)                             \
	X(S_OK, "ok")                           \
	X(E_INVALID, "invalid input")           \
	X(E_LIMIT, "a limit was reached")       \
	X(E_FULL, "queue is full")              \
	X(E_CLOSED, "closed")                   \
	X(E_NOT_FOUND, "not found")             \
	X(E_CONFLICT, "conflict")               \
	X(E_DENIED, "not allowed")              \
	X(E_READ_ONLY, "read-only")             \
	X(E_AUTH, "authentication failed")      \
	X(E_RATE, "rate limited")               \
	X(E_NETWORK, "network failure")         \
	X(E_TIMEOUT, "timed out")               \
	X(E_PROTOCOL, "protocol error")         \
	X(E_UNKNOWN_OUTCOME, "outcome unknown") \
	X(E_IO, "input/output error")           \
	X(E_UNSUPPORTED, "not supported here")

enum status {
#define X(name, words) name,
	STATUSES(X)
#undef X
		STATUS_COUNT
};

/*
 * A failure a person can act on. `what` names what failed and on what; `next`
 * says what to do about it and may be empty. Both may hold text from outside:
 * show them only through safe_text.
 */
struct problem {
	enum status status;
	char what[256];
	char next[160];
};

/* Words for a status; never NULL. */
const char *status_words(enum status status);

/*
 * Fills *p (when p is not NULL) and returns `status`, so that a failure is one
 * line: `return problem_set(err, E_INVALID, "check --size", "bad size '%s'", s);`
 * `next` may be NULL. Over-long texts are cut at a UTF-8 boundary.
 */
enum status problem_set(struct problem *p, enum status status, const char *next, const char *fmt,
			...) printf_like(4, 5);

#endif
