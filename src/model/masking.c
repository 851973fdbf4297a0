/* Stand-ins for what is personal, by member and by value. */
#include "model/masking.h"

#include "base/alloc.h"
#include "base/idmap.h"

#include <stdlib.h>
#include <string.h>

#define STAND_IN_CAP 32
#define LEAST_LEN    3 /* a shorter value says nothing and would blacken half a text */
#define WORD_LEN     7 /* a shorter value is replaced only where it stands alone */
#define NESTING_MAX  40

enum sort {
	SORT_CUSTOMER,
	SORT_EMAIL,
	SORT_NAME,
	SORT_ADDRESS,
	SORT_PHONE,
	SORT_ACCOUNT,
	SORT_DATE,
	SORT_DOCUMENT,
	SORT_COUNT,
	SORT_FREE,   /* a text of people's own: masked whole, not learnt */
	SORT_SECRET, /* taken out */
	SORT_PLAIN
};

static const char *const SORT_WORDS[SORT_COUNT] = {
	[SORT_CUSTOMER] = "customer", [SORT_EMAIL] = "email",       [SORT_NAME] = "name",
	[SORT_ADDRESS] = "address",   [SORT_PHONE] = "phone",       [SORT_ACCOUNT] = "account",
	[SORT_DATE] = "date",         [SORT_DOCUMENT] = "document",
};

/* Compared without case, dashes and underscores: first_name, firstName, First-Name. */
static const struct {
	const char *key;
	enum sort sort;
} MEMBERS[] = {
	{"customerid", SORT_CUSTOMER},
	{"customer", SORT_CUSTOMER},
	{"customeremail", SORT_EMAIL},
	{"email", SORT_EMAIL},
	{"emailaddress", SORT_EMAIL},
	{"firstname", SORT_NAME},
	{"lastname", SORT_NAME},
	{"middlename", SORT_NAME},
	{"fullname", SORT_NAME},
	{"legalname", SORT_NAME},
	{"customername", SORT_NAME},
	{"holder", SORT_NAME},
	{"accountholder", SORT_NAME},
	{"recipient", SORT_NAME},
	{"streetaddress", SORT_ADDRESS},
	{"addressline1", SORT_ADDRESS},
	{"addressline2", SORT_ADDRESS},
	{"street", SORT_ADDRESS},
	{"city", SORT_ADDRESS},
	{"zipcode", SORT_ADDRESS},
	{"zip", SORT_ADDRESS},
	{"postalcode", SORT_ADDRESS},
	{"ip", SORT_ADDRESS},
	{"ipaddress", SORT_ADDRESS},
	{"phone", SORT_PHONE},
	{"phonenumber", SORT_PHONE},
	{"last4", SORT_ACCOUNT},
	{"accountnumber", SORT_ACCOUNT},
	{"iban", SORT_ACCOUNT},
	{"routingnumber", SORT_ACCOUNT},
	{"dateofbirth", SORT_DATE},
	{"dob", SORT_DATE},
	{"taxid", SORT_DOCUMENT},
	{"documentnumber", SORT_DOCUMENT},
	{"passportnumber", SORT_DOCUMENT},
	{"ssn", SORT_DOCUMENT},
	{"description", SORT_FREE},
	{"invoicetitle", SORT_FREE},
	{"invoicefooter", SORT_FREE},
	{"metadata", SORT_FREE},
	{"questions", SORT_FREE},
	{"answers", SORT_FREE},
	{"note", SORT_FREE},
	{"paymenturl", SORT_SECRET},
	{"paymentreturnurl", SORT_SECRET},
	{"paymentsessionheaders", SORT_SECRET},
	{"wsconnection", SORT_SECRET},
	{"authorization", SORT_SECRET},
	{"token", SORT_SECRET},
	{"session", SORT_SECRET},
	{"jwt", SORT_SECRET},
	{"cookie", SORT_SECRET},
};

/* Anywhere in a member's name. */
static const char *const SECRET_PARTS[] = {"secret",       "signature",    "apikey",
					   "password",     "sessiontoken", "accesstoken",
					   "refreshtoken", "wstoken",      "privatekey"};

struct value {
	char *text;
	size_t len;
	bool number;      /* digits only: not to be found in dates and amounts */
	bool by_its_name; /* too short to be told from any other text but after what it is */
	char stand_in[STAND_IN_CAP];
};

struct masking {
	struct value *values[MASKING_MAX]; /* longest first */
	size_t count;
	size_t counts[SORT_COUNT];
	struct idmap *by_text;
	bool first_bytes[256]; /* of what is learnt, either case */
};

struct masking *masking_new(void)
{
	struct masking *m = xcalloc(1, sizeof(*m));

	m->by_text = idmap_new();
	return m;
}

void masking_free(struct masking *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++) {
		free(m->values[i]->text);
		free(m->values[i]);
	}
	idmap_free(m->by_text);
	free(m);
}

/* --- letters ---------------------------------------------------------------------- */

static unsigned char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : (unsigned char)c;
}

static bool is_word(char c)
{
	unsigned char u = lower(c);

	return (u >= 'a' && u <= 'z') || (u >= '0' && u <= '9') || u >= 0x80;
}

static bool same_letters(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

/* --- what a member is ----------------------------------------------------------------- */

static void key_squeeze(const char *key, char *ret, size_t cap)
{
	size_t n = 0;

	for (; *key && n + 1 < cap; key++)
		if (*key != '_' && *key != '-')
			ret[n++] = (char)lower(*key);
	ret[n] = '\0';
}

static enum sort sort_of(const char *key)
{
	char squeezed[64];

	if (!key)
		return SORT_PLAIN;
	key_squeeze(key, squeezed, sizeof(squeezed));
	for (size_t i = 0; i < sizeof(MEMBERS) / sizeof(MEMBERS[0]); i++)
		if (str_equal(MEMBERS[i].key, squeezed))
			return MEMBERS[i].sort;
	for (size_t i = 0; i < sizeof(SECRET_PARTS) / sizeof(SECRET_PARTS[0]); i++)
		if (strstr(squeezed, SECRET_PARTS[i]))
			return SORT_SECRET;
	return SORT_PLAIN;
}

/* --- learning -------------------------------------------------------------------------- */

static void masking_learn(struct masking *m, enum sort sort, const char *text)
{
	size_t len = strlen(text), at;
	struct value *v;

	if (len == 0 || (len < LEAST_LEN && sort != SORT_CUSTOMER) || m->count == MASKING_MAX ||
	    idmap_has(m->by_text, text))
		return;
	v = xcalloc(1, sizeof(*v));
	v->text = xstrdup(text);
	v->len = len;
	v->number = strspn(text, "0123456789") == len;
	v->by_its_name = len < LEAST_LEN;
	str_printf(v->stand_in, sizeof(v->stand_in), "%s-%zu", SORT_WORDS[sort], ++m->counts[sort]);
	for (at = m->count++; at > 0 && m->values[at - 1]->len < len; at--)
		m->values[at] = m->values[at - 1];
	m->values[at] = v;
	idmap_put(m->by_text, text, v);
	m->first_bytes[lower(text[0])] = true;
	if (lower(text[0]) >= 'a' && lower(text[0]) <= 'z')
		m->first_bytes[lower(text[0]) - 'a' + 'A'] = true;
}

void masking_learn_customer(struct masking *m, const char *id)
{
	masking_learn(m, SORT_CUSTOMER, id);
}

static void learn_within(struct masking *m, const struct json *v, const char *key, int depth)
{
	enum sort sort = sort_of(key);

	if (depth > NESTING_MAX || sort == SORT_SECRET || sort == SORT_FREE)
		return;
	if (json_string(v)) {
		if (sort < SORT_COUNT)
			masking_learn(m, sort, json_string(v));
		return;
	}
	for (const struct json *c = json_first(v); c; c = json_next(c))
		learn_within(m, c, json_kind(v) == JSON_OBJECT ? json_key(c) : key, depth + 1);
}

void masking_learn_json(struct masking *m, const struct json *v)
{
	learn_within(m, v, NULL, 0);
}

void masking_learn_object(struct masking *m, const struct object *o)
{
	struct json *v;

	if (o->kind == OBJECT_NONE)
		return;
	v = object_to_json(o);
	masking_learn_json(m, v);
	json_free(v);
}

const char *masking_customer(const struct masking *m, const char *id)
{
	const struct value *v = idmap_get(m->by_text, id);

	return v ? v->stand_in : id;
}

void masking_learn_story(struct masking *m, const struct story *story, const struct store *st)
{
	const struct related *r = &story->related;

	if (r->customer[0])
		masking_learn_customer(m, r->customer);
	if (r->root.kind == SUBJECT_CUSTOMER || r->root.kind == SUBJECT_KYC)
		masking_learn_customer(m, r->root.id);
	for (size_t i = 0; i <= r->count; i++) {
		const struct subject *s = i == 0 ? &r->root : &r->items[i - 1].subject;
		enum object_kind kind = subject_object(s->kind);
		const struct record *rec =
			kind != OBJECT_NONE ? store_record(st, kind, s->id) : NULL;

		if (rec)
			masking_learn_object(m, &rec->object);
	}
}

/* --- texts ------------------------------------------------------------------------------- */

/* Not a part of a word, nor of a date or an amount. */
static bool value_stands_alone(const struct value *v, const char *text, size_t len, size_t at)
{
	static const char *const CUSTOMER = "customer ";
	char before = at > 0 ? text[at - 1] : ' ';
	char behind = at + v->len < len ? text[at + v->len] : ' ';

	if (is_word(before) || is_word(behind))
		return false;
	if (v->by_its_name)
		return at >= strlen(CUSTOMER) &&
		       same_letters(text + at - strlen(CUSTOMER), CUSTOMER, strlen(CUSTOMER));
	return !v->number || (!strchr("-:.,/+", before) && !strchr("-:/+", behind));
}

/* Is there a learnt value at `at`? */
static const struct value *value_at(const struct masking *m, const char *text, size_t len,
				    size_t at)
{
	if (!m->first_bytes[(unsigned char)text[at]])
		return NULL;
	for (size_t i = 0; i < m->count; i++) {
		const struct value *v = m->values[i];

		if (v->len > len - at || !same_letters(text + at, v->text, v->len))
			continue;
		if ((v->len >= WORD_LEN && !v->number) || value_stands_alone(v, text, len, at))
			return v;
	}
	return NULL;
}

static bool is_email_letter(char c)
{
	return is_word(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%';
}

/* The length of an e-mail address that begins at `at`, or 0. */
static size_t email_at(const char *text, size_t len, size_t at)
{
	size_t name = at, host;
	bool dot = false;

	if (at > 0 && is_email_letter(text[at - 1]))
		return 0;
	while (name < len && is_email_letter(text[name]))
		name++;
	if (name == at || name == len || text[name] != '@')
		return 0;
	for (host = name + 1;
	     host < len && (is_word(text[host]) || text[host] == '-' ||
			    (text[host] == '.' && host + 1 < len && is_word(text[host + 1])));
	     host++)
		dot |= text[host] == '.';
	return dot ? host - at : 0;
}

/* Keys, tokens and what follows their name in a link: the length to take out, or 0; *ret_keep
 * bytes of it stay. */
static size_t secret_at(const char *text, size_t len, size_t at, size_t *ret_keep)
{
	static const char *const MARKS[] = {"session=", "signature=", "token=", "Bearer ",
					    "pst_",     "sig_",       "pk_",    "sk_",
					    "ck_",      "whsec_",     "eyJ"};

	if (at > 0 && is_word(text[at - 1]))
		return 0;
	for (size_t i = 0; i < sizeof(MARKS) / sizeof(MARKS[0]); i++) {
		size_t mark = strlen(MARKS[i]), end = at + mark;

		if (mark > len - at || !same_letters(text + at, MARKS[i], mark))
			continue;
		while (end < len &&
		       (is_email_letter(text[end]) || text[end] == '=' || text[end] == '/'))
			end++;
		*ret_keep = mark;
		if (end - at > mark + 5)
			return end - at;
	}
	return 0;
}

static void mask_bytes(const struct masking *m, const char *text, size_t len, struct strbuf *out)
{
	size_t i = 0;

	while (i < len) {
		size_t keep, n = secret_at(text, len, i, &keep);
		const struct value *v;

		if (n > 0) {
			strbuf_add(out, text + i, keep);
			strbuf_addstr(out, "[removed]");
			i += n;
			continue;
		}
		v = value_at(m, text, len, i);
		if (v) {
			strbuf_addstr(out, v->stand_in);
			i += v->len;
			continue;
		}
		n = email_at(text, len, i);
		if (n > 0) {
			strbuf_addstr(out, "[email]");
			i += n;
			continue;
		}
		strbuf_addch(out, text[i++]);
	}
}

void masking_text(const struct masking *m, const char *text, struct strbuf *out)
{
	mask_bytes(m, text, strlen(text), out);
}

/* --- JSON ---------------------------------------------------------------------------------- */

static struct json *mask_string(const struct masking *m, const char *text, size_t len)
{
	struct strbuf sb;
	struct json *v;

	strbuf_init(&sb, JSON_SIZE_MAX);
	mask_bytes(m, text, len, &sb);
	v = json_new_string(strbuf_str(&sb));
	strbuf_release(&sb);
	return v;
}

static struct json *mask_value(const struct masking *m, const struct json *v, enum sort sort)
{
	const struct value *known;
	char text[STAND_IN_CAP];

	if (json_is_null(v) || sort == SORT_SECRET)
		return json_new_string("[removed]");
	if (json_string(v) && json_string(v)[0] == '\0')
		return json_new_string("");
	if (sort == SORT_FREE || sort >= SORT_COUNT || !json_string(v))
		return json_new_string("[masked]");
	known = idmap_get(m->by_text, json_string(v));
	if (known)
		return json_new_string(known->stand_in);
	str_printf(text, sizeof(text), "%s-masked", SORT_WORDS[sort]);
	return json_new_string(text);
}

static struct json *mask_within(const struct masking *m, const struct json *v, const char *key,
				int depth);

/* Every value within, whatever it is; its shape stays. */
static struct json *mask_free(const struct json *v, int depth)
{
	struct json *copy;

	if (depth > NESTING_MAX)
		return json_new_string("[masked]");
	if (json_kind(v) != JSON_OBJECT && json_kind(v) != JSON_ARRAY)
		return json_new_string("[masked]");
	copy = json_kind(v) == JSON_OBJECT ? json_new_object() : json_new_array();
	if (json_kind(v) == JSON_ARRAY)
		for (const struct json *c = json_first(v); c; c = json_next(c))
			json_append_take(copy, mask_free(c, depth + 1));
	return copy; /* an object's own member names are people's words, too */
}

static struct json *mask_container(const struct masking *m, const struct json *v, const char *key,
				   int depth)
{
	bool object = json_kind(v) == JSON_OBJECT;
	struct json *copy = object ? json_new_object() : json_new_array();

	for (const struct json *c = json_first(v); c; c = json_next(c)) {
		if (object)
			json_set_take(copy, json_key(c), mask_within(m, c, json_key(c), depth + 1));
		else
			json_append_take(copy, mask_within(m, c, key, depth + 1));
	}
	return copy;
}

static struct json *mask_within(const struct masking *m, const struct json *v, const char *key,
				int depth)
{
	enum sort sort = sort_of(key);
	bool container = json_kind(v) == JSON_OBJECT || json_kind(v) == JSON_ARRAY;

	if (json_is_null(v))
		return json_copy(v);
	if (depth > NESTING_MAX)
		return json_new_string("[masked]");
	if (sort == SORT_SECRET)
		return mask_value(m, v, sort);
	if (sort == SORT_FREE)
		return container ? mask_free(v, depth) : mask_value(m, v, sort);
	if (container)
		return mask_container(m, v, key, depth);
	if (sort < SORT_COUNT)
		return mask_value(m, v, sort);
	if (json_string(v))
		return mask_string(m, json_string(v), json_string_len(v));
	return json_copy(v);
}

struct json *masking_json(const struct masking *m, const struct json *v)
{
	return mask_within(m, v, NULL, 0);
}
