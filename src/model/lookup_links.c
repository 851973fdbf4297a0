/*
 * Whose a payment link is. What it holds opens a customer's session, so it leaves for Pepay only
 * when it came from there.
 */
#include "model/lookup_priv.h"
#include "model/store_answers_priv.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* "https://user@pay.pepay.io:443/pay?…" is of "pay.pepay.io:443"; "" of no host. */
static void host_of(const char *url, char ret[ADDR_CAP])
{
	const char *host = strstr(url, "://"), *end, *at;

	ret[0] = '\0';
	if (!host)
		return;
	host += 3;
	end = host + strcspn(host, "/?#\\");
	for (at = host; at < end; at++)
		if (*at == '@')
			host = at + 1;
	(void)str_printf(ret, ADDR_CAP, "%.*s", (int)(end - host), host);
}

/* Without the port. */
static size_t name_len(const char *host)
{
	const char *colon = strrchr(host, ':');

	return colon && colon[1 + strspn(colon + 1, "0123456789")] == '\0' ? (size_t)(colon - host)
									   : strlen(host);
}

static bool same_name(const char *a, const char *b)
{
	return name_len(a) == name_len(b) && strncasecmp(a, b, name_len(a)) == 0;
}

static bool is_under(const char *host, const char *domain)
{
	size_t n = name_len(host), len = strlen(domain);

	return n >= len && strncasecmp(host + n - len, domain, len) == 0 &&
	       (n == len || host[n - len - 1] == '.');
}

static bool is_loopback(const char *host)
{
	return same_name(host, "127.0.0.1") || same_name(host, "localhost") ||
	       same_name(host, "[::1]");
}

/* The server itself named a page there. */
static bool is_of_a_session(const char *host, const struct store *st)
{
	char named[ADDR_CAP];

	for (size_t i = 0; i < ANSWERS_MAX; i++) {
		const struct answer *a = &st->answers->items[i];

		if (a->load == LOAD_NOT_ASKED || a->kind != REQUEST_SESSION || !a->body)
			continue;
		host_of(a->body->as.session.session.payment_url, named);
		if (named[0] && same_name(host, named))
			return true;
	}
	return false;
}

void lookup_judge_links(struct lookup *l, const char *server, const struct store *st)
{
	char host[ADDR_CAP];

	l->foreign[0] = '\0';
	for (size_t i = 0; i < l->scraps.count && !l->foreign[0]; i++) {
		if (l->scraps.items[i].kind != SCRAP_PAYMENT_URL)
			continue;
		host_of(l->scraps.items[i].text, host);
		if (!host[0] || is_under(host, "pepay.io") || is_loopback(host) ||
		    (server && same_name(host, server)) || is_of_a_session(host, st))
			continue;
		(void)str_copy(l->foreign, sizeof(l->foreign), host);
	}
	if (l->foreign[0])
		memset(&l->scraps.pass, 0, sizeof(l->scraps.pass));
}

void lookup_note_foreign(const struct lookup *l, char *note, size_t cap)
{
	size_t n = strlen(note);

	if (l->foreign[0])
		(void)str_printf(note + n, cap - n,
				 "%sthe link is of %.60s, not of Pepay: it was not sent there",
				 n ? "; " : "", l->foreign);
}
