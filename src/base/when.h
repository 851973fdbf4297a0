/*
 * Time. Instants are int64 milliseconds since the epoch (`…_ms`), or TIME_NONE.
 * Durations are milliseconds too. Nothing below app reads a clock of its own:
 * a `struct clock` is injected, so that tests, replays and screenshots can stop time.
 */
#ifndef PEPAYTOP_BASE_WHEN_H
#define PEPAYTOP_BASE_WHEN_H

#include "base/status.h"

#define TIME_NONE     INT64_MIN
#define WHEN_MAX_MS   253402300799999LL /* 9999-12-31T23:59:59.999Z */
#define WHEN_TEXT_CAP 40

struct clock {
	int64_t (*wall_ms)(void *ctx); /* since the epoch */
	int64_t (*mono_ms)(void *ctx); /* never goes back; for timers */
	void *ctx;
};

int64_t clock_wall_ms(const struct clock *c);
int64_t clock_mono_ms(const struct clock *c);
struct clock clock_system(void);

/* A clock that stands still until told; the pointer must outlive the clock. Not for sharing
 * between threads while it is being set. */
struct frozen_time {
	int64_t wall_ms;
	int64_t mono_ms;
};
struct clock clock_frozen(struct frozen_time *t);

/* RFC 3339 / ISO-8601 with zone ("2026-01-15T12:00:00.000Z", "+02:00"); E_INVALID otherwise. */
must_check enum status when_parse(const char *text, int64_t *ret_ms);

/* All return buf; TIME_NONE and times out of range give "-". */
const char *when_iso(char buf[WHEN_TEXT_CAP], int64_t ms);   /* 2026-01-15T12:00:00Z */
const char *when_clock(char buf[WHEN_TEXT_CAP], int64_t ms); /* 12:00:00 (UTC) */
/* "3s" "59s" "4m" "1h05m" "23h" "2d" "5w": at most five cells; a negative age is "0s". */
const char *when_age(char buf[WHEN_TEXT_CAP], int64_t age_ms);
/* "in 4m", "12s ago", "now". */
const char *when_relative(char buf[WHEN_TEXT_CAP], int64_t ms, int64_t now_ms);
/* "90s", "15m", "2h", "7d", bare number = seconds. */
must_check enum status when_parse_duration(const char *text, int64_t *ret_ms);

#endif
