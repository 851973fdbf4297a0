/*
 * Finding secrets in a text: what looks like one (base/secrets.h), and the known
 * ones, whatever form they turn up in: as they are, percent-encoded (in any mix),
 * in base64 (either alphabet, at any offset, as in "Basic" credentials). Private
 * to the log.
 */
#ifndef PEPAYTOP_BASE_REDACT_H
#define PEPAYTOP_BASE_REDACT_H

#include "base/strbuf.h"

#define REDACT_LEAST 6 /* shorter values would blacken half the log */

struct redactor;

struct redactor *redactor_new(void);
void redactor_free(struct redactor *r); /* wipes what it knew */
/* E_LIMIT past `max` secrets; values shorter than REDACT_LEAST are ignored with S_OK. */
must_check enum status redactor_add(struct redactor *r, const char *secret, size_t max);
/* Appends the text with every secret in it replaced by "[redacted]". */
void redactor_apply(const struct redactor *r, const char *text, size_t len, struct strbuf *out);
/* Bytes that must be left off a text that was cut, since they may begin a secret. */
size_t redactor_longest(const struct redactor *r);

#endif
