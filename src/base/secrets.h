/*
 * What a secret looks like: the one place that knows, for the screen, notes, cases, the index of
 * mentions, look-ups and the log. By its form (pst_…, sk_live_…, a signature of a payment page), or
 * by the name that stands before it (api_key=…, X-Session-Token: …, "wallet_session": …).
 *
 * Names are compared without case, dashes and underscores. Many say a harmless thing in a sentence;
 * those are secrets' names in a form or a header only.
 */
#ifndef PEPAYTOP_BASE_SECRETS_H
#define PEPAYTOP_BASE_SECRETS_H

#include <stdbool.h>
#include <stddef.h>

enum secret_name {
	SECRET_NAME_NONE,
	SECRET_NAME_OF_MEMBER, /* "session", "token", "cookie": a word elsewhere */
	SECRET_NAME_ALWAYS     /* "password", "api_key", "wallet_session" */
};
enum secret_name secret_name(const char *name, size_t len);
/* Whatever stands in a member of that name is a secret. */
bool is_secret_name(const char *name, size_t len);

/* Does a text begin with something that is a secret by its form? *ret_mark, unless NULL: how many
 * bytes of it only say what it is ("sk_", of "sk_live_…"). */
bool is_secret_form(const char *text, size_t len, size_t *ret_mark);

/*
 * The secret that begins at `at` with its form, its name or the word for it ("Bearer "): how many
 * bytes, or 0. The first *ret_keep of them may stay. What stands before `at` is looked at, too: in
 * the middle of a word nothing begins. Names and what follows them may be percent-encoded.
 */
size_t secret_at(const char *text, size_t len, size_t at, size_t *ret_keep);
bool has_secret(const char *text, size_t len);

#endif
