#include "base/secrets.h"

#include "base/percent.h"
#include "base/strbuf.h"

#include <string.h>

#define COUNT(a)     (sizeof(a) / sizeof((a)[0]))
#define NAME_LEN_MAX 64
#define VALUE_LEAST  4
#define WORD_LEAST   6  /* after a name that is a word elsewhere, too */
#define PHRASE_LEN   16 /* no word of a sentence is longer */
#define USER_MAX     256

/* --- letters --------------------------------------------------------------------------- */

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return small(c) >= 'a' && small(c) <= 'z';
}

static bool is_key_byte(char c)
{
	return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

static bool begins(const char *text, size_t len, const char *with)
{
	size_t i = 0;

	while (with[i] && i < len && small(text[i]) == small(with[i]))
		i++;
	return with[i] == '\0';
}

/* --- names ----------------------------------------------------------------------------- */

/* Anywhere in a name. */
static const char *const PARTS[] = {
	"secret",        "signature",      "apikey",    "password", "passwd",      "jwt",
	"passphrase",    "authorization",  "bearer",    "cookie",   "accesskey",   "privatekey",
	"credential",    "sessiontoken",   "sessionid", "wstoken",  "accesstoken", "refreshtoken",
	"walletsession", "sessionheaders", "mnemonic",
};
/* As its last word. */
static const char *const LASTS[] = {"token", "session", "otp"};
/* Alone they are words, too. */
static const char *const WORDS[] = {"token", "session", "otp", "cookie", "cookies", "jwt"};
/* Before "token": those of a chain are no secrets. */
static const char *const COINS[] = {"network", "settlement", "stable", "native",    "fee",
				    "pay",     "source",     "from",   "to",        "destination",
				    "input",   "output",     "same",   "supported", "selected",
				    "locked",  "crypto",     "erc20",  "payment"};

struct name {
	char whole[NAME_LEN_MAX]; /* small, in one */
	size_t len;
	size_t last, before; /* where its last two words begin */
};

static void name_read(struct name *n, const char *s, size_t len)
{
	bool begun = false;

	*n = (struct name){.len = 0};
	for (size_t i = 0; i < len && n->len + 1 < sizeof(n->whole); i++) {
		bool upper = s[i] >= 'A' && s[i] <= 'Z', apart = s[i] == '_' || s[i] == '-';

		if (apart || (upper && i > 0 && !(s[i - 1] >= 'A' && s[i - 1] <= 'Z')))
			begun = false;
		if (apart)
			continue;
		if (!begun) {
			n->before = n->last;
			n->last = n->len;
			begun = true;
		}
		n->whole[n->len++] = small(s[i]);
	}
}

static bool is_one_of(const char *text, size_t len, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == len && memcmp(list[i], text, len) == 0)
			return true;
	return false;
}

static bool name_ends_secret(const struct name *n)
{
	const char *last = n->whole + n->last;

	if (!is_one_of(last, n->len - n->last, LASTS, COUNT(LASTS)))
		return false;
	return !str_equal(last, "token") ||
	       !is_one_of(n->whole + n->before, n->last - n->before, COINS, COUNT(COINS));
}

enum secret_name secret_name(const char *name, size_t len)
{
	struct name n;

	name_read(&n, name, len);
	if (is_one_of(n.whole, n.len, WORDS, COUNT(WORDS)))
		return SECRET_NAME_OF_MEMBER;
	if (name_ends_secret(&n))
		return SECRET_NAME_ALWAYS;
	for (size_t i = 0; i < COUNT(PARTS); i++)
		if (strstr(n.whole, PARTS[i]))
			return SECRET_NAME_ALWAYS;
	return SECRET_NAME_NONE;
}

bool is_secret_name(const char *name, size_t len)
{
	return secret_name(name, len) != SECRET_NAME_NONE;
}

/* --- forms ----------------------------------------------------------------------------- */

/* "0123…cdef.1768000000000": how payment pages sign. */
static bool is_signed(const char *text, size_t len)
{
	size_t digits = 0;

	if (len < 64 + 1 + 10 || text[64] != '.')
		return false;
	for (size_t i = 0; i < 64; i++)
		if (hex_digit_value(text[i]) < 0)
			return false;
	while (65 + digits < len && is_digit(text[65 + digits]))
		digits++;
	return digits >= 10;
}

bool is_secret_form(const char *text, size_t len, size_t *ret_mark)
{
	static const struct {
		const char *begins;
		size_t least;   /* of what follows */
		size_t shouted; /* the same, in capitals: people name other things so */
	} FORMS[] = {
		{"pst_", 1, 8}, {"sig_", 1, 12}, {"wst_", 4, 8}, {"whsec_", 4, 8}, {"sk_", 4, 16},
		{"pk_", 4, 16}, {"ck_", 4, 16},  {"rk_", 4, 16}, {"eyJ", 12, 16},
	};
	size_t mark = 0;

	if (len == 0 || text[0] == '\0')
		return false;
	for (size_t i = 0; strchr("pswcre", small(text[0])) && i < COUNT(FORMS); i++) {
		size_t n = strlen(FORMS[i].begins), more = n;
		bool as_is;

		if (small(text[0]) != FORMS[i].begins[0] || !begins(text, len, FORMS[i].begins))
			continue;
		as_is = memcmp(text, FORMS[i].begins, n) == 0;
		while (more < len && more - n < PHRASE_LEN && is_key_byte(text[more]))
			more++;
		if (more - n < (as_is ? FORMS[i].least : FORMS[i].shouted))
			return false;
		mark = n;
		break;
	}
	if (mark == 0 && !is_signed(text, len))
		return false;
	if (ret_mark)
		*ret_mark = mark;
	return true;
}

/* --- in a text ------------------------------------------------------------------------- */

static bool is_value_byte(char c)
{
	return is_key_byte(c) || (unsigned char)c >= 0x80 || (c && strchr(".~+%=/", c));
}

static size_t value_end(const char *text, size_t len, size_t at)
{
	while (at < len && is_value_byte(text[at]))
		at++;
	return at;
}

static size_t skip(const char *text, size_t len, size_t at, const char *bytes, size_t most)
{
	while (at < len && most > 0 && text[at] && strchr(bytes, text[at])) {
		at++;
		most--;
	}
	return at;
}

/* Behind "Basic " of "Authorization: Basic …". */
static size_t skip_scheme(const char *text, size_t len, size_t at)
{
	static const char *const SCHEMES[] = {"Bearer ", "Basic ", "Token ", "Digest "};

	for (size_t i = 0; i < COUNT(SCHEMES); i++)
		if (begins(text + at, len - at, SCHEMES[i]))
			return at + strlen(SCHEMES[i]);
	return at;
}

/* What stands between a name and its value ("=", "%3D", ": ", "\": \""): where that is, or 0. */
static size_t value_begin(const char *text, size_t len, size_t at, bool *ret_header)
{
	unsigned char sign = 0;
	size_t used;

	at = skip(text, len, at, "\\\"'", 2);
	at = skip(text, len, at, " ", 1);
	if (at >= len)
		return 0;
	used = percent_at(text, len, at, &sign);
	if (used == 0) {
		sign = (unsigned char)text[at];
		used = 1;
	}
	if (sign != '=' && sign != ':')
		return 0;
	*ret_header = sign == ':';
	return skip(text, len, at + used, " \\\"'", 4);
}

/* Is it one, behind that name? "session: expired" is a sentence. */
static bool is_told(enum secret_name name, bool header, const char *value, size_t len)
{
	bool digit = false;

	for (size_t i = 0; i < len; i++)
		digit |= is_digit(value[i]);
	if (len >= PHRASE_LEN)
		return true;
	if (name == SECRET_NAME_OF_MEMBER && len < WORD_LEAST)
		return len >= VALUE_LEAST && digit && !header;
	return len >= (header && !digit ? 2 * VALUE_LEAST : VALUE_LEAST) &&
	       (name == SECRET_NAME_ALWAYS || digit || !header);
}

/* "api_key=…", "X-Session-Token: …" */
static size_t named_at(const char *text, size_t len, size_t at, size_t *ret_keep)
{
	size_t name = at, value, end;
	enum secret_name kind;
	bool header = false;

	while (name < len && name - at < NAME_LEN_MAX && is_key_byte(text[name]))
		name++;
	if (name - at < 3 || name == len || is_key_byte(text[name]) || text[name] == ',' ||
	    text[name] == '.')
		return 0;
	value = value_begin(text, len, name, &header);
	if (value == 0 || (kind = secret_name(text + at, name - at)) == SECRET_NAME_NONE)
		return 0;
	value = skip_scheme(text, len, value);
	end = value_end(text, len, value);
	if (!is_told(kind, header, text + value, end - value))
		return 0;
	*ret_keep = value - at;
	return end - at;
}

/* "://user:password@" */
static size_t user_at(const char *text, size_t len, size_t at, size_t *ret_keep)
{
	bool colon = false;

	for (size_t i = at + 3; i < len && i - at < USER_MAX; i++) {
		if (text[i] == '@') {
			*ret_keep = 3;
			return colon ? i - at : 0;
		}
		if ((unsigned char)text[i] <= ' ' || strchr("/?#\"<>", text[i]))
			break;
		colon |= text[i] == ':';
	}
	return 0;
}

size_t secret_at(const char *text, size_t len, size_t at, size_t *ret_keep)
{
	const char *s = text + at;
	size_t left = len - at, n = 0;
	char before;

	if (s[0] == ':' && left > 3 && s[1] == '/' && s[2] == '/')
		return user_at(text, len, at, ret_keep);
	if (!is_letter(s[0]) && hex_digit_value(s[0]) < 0)
		return 0;
	before = percent_before(text, at);
	if (is_letter(before) || is_digit(before))
		return 0;
	if (is_secret_form(s, left, ret_keep))
		return value_end(text, len, at + *ret_keep) - at;
	if (!is_letter(s[0]) || before == '_' || before == '-')
		return 0;
	if (begins(s, left, "Bearer ")) {
		n = value_end(text, len, at + 7) - at;
		*ret_keep = 7;
		return n >= 7 + WORD_LEAST ? n : 0;
	}
	return named_at(text, len, at, ret_keep);
}

bool has_secret(const char *text, size_t len)
{
	size_t keep;

	for (size_t at = 0; at < len; at++)
		if (secret_at(text, len, at, &keep) > 0)
			return true;
	return false;
}
