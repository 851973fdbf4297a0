/*
 * The log file. Secrets are redacted here, by value, in whatever form they turn
 * up (plain, URL-encoded, base64), and every line passes safe_text. Safe to call
 * from any thread. A NULL log swallows everything.
 */
#ifndef PEPAYTOP_BASE_LOG_H
#define PEPAYTOP_BASE_LOG_H

#include "base/when.h"

#define LOG_SECRETS_MAX 16

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log;

/* Opens (0600, O_NOFOLLOW, append) or, with path NULL, writes to stderr. */
must_check enum status log_open(const char *path, enum log_level least, const struct clock *clock,
				struct log **ret_log, struct problem *reterr);
void log_close(struct log *log);
/* Registers a value that must never appear; values shorter than 6 bytes are ignored. */
void log_add_secret(struct log *log, const char *secret);
void log_msg(struct log *log, enum log_level level, const char *fmt, ...) printf_like(3, 4);

#endif
