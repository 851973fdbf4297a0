/* Links and what must not be shown of them. */
#include "model/recognise_priv.h"

#include "base/secrets.h"
#include "base/strbuf.h"
#include "model/networks.h"

#include <ctype.h>
#include <string.h>

#define URL_BREAKS_MAX 3
#define CHUNK_MAX      2048
#define MEMBER_LEAST   16 /* of what is no coin and no beginning of an id */

static size_t chunk_end(const struct scan *sc, size_t at)
{
	size_t most = at + CHUNK_MAX < sc->len ? at + CHUNK_MAX : sc->len;

	while (at < most && (unsigned char)sc->s[at] > ' ' && !strchr("\"'<>&,;|`)}]\\", sc->s[at]))
		at++;
	return at;
}

static void keep_secret(struct scan *sc, char *ret, size_t at, size_t end)
{
	if (!ret[0] && end - at < PAYOR_TOKEN_CAP)
		str_printf(ret, PAYOR_TOKEN_CAP, "%.*s", (int)(end - at), sc->s + at);
}

/* Of words that say a harmless thing, too. Somebody's id may follow "session:", a coin "token:". */
bool scan_is_member(const struct scan *sc, size_t at, size_t end)
{
	char id[37];
	size_t keep, n = secret_at(sc->s, sc->len, at, &keep);
	size_t least = sc->s[end - 1] == 'n' || sc->s[end - 1] == 'N' ? MEMBER_LEAST : 1;

	return n > 0 && n - keep >= least && uuid_at(sc->s + at + keep, n - keep, id) == 0;
}

/* What follows the word is it, unless it is of a chain: those have signatures, too. */
static bool scan_is_told(const struct scan *sc, size_t at)
{
	const char *s = sc->s + at;
	char hex[67];
	size_t end;

	if (!sc->secret || at - sc->secret_end > SECRET_REACH)
		return false;
	end = chunk_end(sc, at);
	if (word_says(s, end - at).class == WORD_SECRET)
		return false; /* "Authorization: Bearer" */
	return !sc->signature || !(is_base58_signature(s, end - at) ||
				   (s[1] == 'x' && chain_hex_at(s, sc->len - at, hex) > 0));
}

/* Passes over a token or a signature; what they open is known, what they say is shown nowhere. */
bool scan_secret(struct scan *sc, size_t at)
{
	const char *s = sc->s + at;
	bool told = scan_is_told(sc, at);
	size_t end, mark = 1;

	if (!is_secret_form(s, sc->len - at, &mark) && !told)
		return false;
	end = chunk_end(sc, at);
	if (str_starts_with(s, "pst_"))
		keep_secret(sc, sc->token, at, end);
	else if (mark == 0 || str_starts_with(s, "sig_") || (told && sc->signature))
		keep_secret(sc, sc->signed_by, at, end);
	sc->secrets = true;
	sc->secret = sc->signature = false;
	sc->at = end > at ? end : at + 1;
	return true;
}

/* From the beginning of the link to its end, without the line breaks mail put into it. */
static size_t link_text(const struct scan *sc, size_t at, char *ret, size_t cap, size_t *ret_from)
{
	size_t from = at, n = 0, breaks = 0, end;

	while (from > 0 && at - from < 200 && (unsigned char)sc->s[from - 1] > ' ' &&
	       !strchr("\"'<>(|", sc->s[from - 1]))
		from--;
	for (size_t i = at; i > from + 3; i--) /* a link inside a link */
		if (memcmp(sc->s + i - 3, "://", 3) == 0) {
			for (from = i - 3; from > 0 && isalpha((unsigned char)sc->s[from - 1]);)
				from--;
			break;
		}
	*ret_from = from;
	ret[0] = '\0';
	for (end = from; end < sc->len && n + 1 < cap; end++) {
		unsigned char ch = (unsigned char)sc->s[end];

		if (ch == '\n' && !strstr(ret, "signature=") && breaks++ < URL_BREAKS_MAX)
			continue;
		if (ch == '\r' && end + 1 < sc->len && sc->s[end + 1] == '\n')
			continue;
		if (ch <= ' ' || strchr("\"'<>)|", sc->s[end]))
			break;
		ret[n++] = sc->s[end];
		ret[n] = '\0';
	}
	while (n > 0 && strchr(".,;:!?*_", ret[n - 1])) {
		ret[--n] = '\0';
		end--;
	}
	return end;
}

/* At "session" of "…?session=…&signature=…". */
bool scan_link(struct scan *sc, size_t at)
{
	struct scrap it = {.kind = SCRAP_PAYMENT_URL, .likely = SUBJECT_SESSION};
	char url[2 * PAYOR_URL_CAP], whole[2 * PAYOR_URL_CAP + 8];
	size_t end, from;

	if (sc->len - at < 9 || strncasecmp(sc->s + at, "session=", 8) != 0)
		return false;
	end = link_text(sc, at, url, sizeof(url), &from);
	str_printf(whole, sizeof(whole), "%s%s", strstr(url, "://") ? "" : "https://", url);
	if (end > at && payor_url_read(whole, strlen(whole), &sc->ret->pass)) {
		payor_url_mask(it.text, sizeof(it.text), whole);
		sc->secrets = true;
		scan_add(sc, &it, from, end);
	} else {
		sc->secrets = true;
		sc->at = chunk_end(sc, at + 8);
	}
	memset(url, 0, sizeof(url));
	memset(whole, 0, sizeof(whole));
	return true;
}

/* Behind "https": the host says which chain an explorer shows. */
bool scan_host(struct scan *sc, size_t end)
{
	size_t host = end + 3, at = host;

	if (sc->len - end < 4 || memcmp(sc->s + end, "://", 3) != 0)
		return false;
	while (at < sc->len &&
	       (isalnum((unsigned char)sc->s[at]) || sc->s[at] == '.' || sc->s[at] == '-'))
		at++;
	for (size_t i = host, from = host; i <= at; i++) { /* "track.example.com" */
		if (i < at && sc->s[i] != '.')
			continue;
		if (word_says(sc->s + from, i - from).class == WORD_TRACKING)
			sc->tracking_until = at + TRACKING_REACH;
		from = i + 1;
	}
	sc->network = network_of_host(sc->s + host, at - host);
	sc->network_until = sc->network ? chunk_end(sc, at) : at;
	sc->secret = false;
	sc->at = at;
	return true;
}
