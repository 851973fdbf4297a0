/* What stands in a member, by its name. */
#include "model/masking_priv.h"

#include "base/secrets.h"
#include "base/strbuf.h"

#include <string.h>

/* Compared without case, dashes and underscores: first_name, firstName, First-Name. */
static const struct {
	const char *key;
	enum sort sort;
} MEMBERS[] = {
	{"customerid", SORT_CUSTOMER},
	{"customer", SORT_CUSTOMER},
	{"custid", SORT_CUSTOMER},
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
	{"recipientname", SORT_NAME},
	{"billingname", SORT_NAME},
	{"shippingname", SORT_NAME},
	{"streetaddress", SORT_ADDRESS},
	{"addressline1", SORT_ADDRESS},
	{"line1", SORT_ADDRESS},
	{"line2", SORT_ADDRESS},
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
	{"notetoseller", SORT_FREE},
	{"paymenturl", SORT_SECRET},
	{"paymentreturnurl", SORT_SECRET},
	{"paymentsessionheaders", SORT_SECRET},
	{"wsconnection", SORT_SECRET},
};

/* --- what a member is ----------------------------------------------------------------- */

static void key_squeeze(const char *key, char *ret, size_t cap)
{
	size_t n = 0;

	for (; *key && n + 1 < cap; key++)
		if (*key != '_' && *key != '-')
			ret[n++] = (char)(*key >= 'A' && *key <= 'Z' ? *key - 'A' + 'a' : *key);
	ret[n] = '\0';
}

enum sort member_sort(const char *key)
{
	char squeezed[64];

	if (!key)
		return SORT_PLAIN;
	key_squeeze(key, squeezed, sizeof(squeezed));
	for (size_t i = 0; i < sizeof(MEMBERS) / sizeof(MEMBERS[0]); i++)
		if (str_equal(MEMBERS[i].key, squeezed))
			return MEMBERS[i].sort;
	return is_secret_name(key, strlen(key)) ? SORT_SECRET : SORT_PLAIN;
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return n <= len && str_equal(text + len - n, end);
}

/* The words of an enumeration stand in it. */
static bool member_is_word(const char *squeezed)
{
	static const char *const ENDS[] = {"type",    "object",     "kind",     "status",
					   "stage",   "rail",       "network",  "currency",
					   "unit",    "symbol",     "livemode", "version",
					   "country", "environment"};

	for (size_t i = 0; i < sizeof(ENDS) / sizeof(ENDS[0]); i++)
		if (ends_with(squeezed, ENDS[i]))
			return true;
	return false;
}

/* An amount or a time stands in it. */
static bool member_is_measure(const char *key, const char *squeezed)
{
	static const char *const PARTS[] = {"amount", "price", "fee", "total", "rate"};

	for (size_t i = 0; i < sizeof(PARTS) / sizeof(PARTS[0]); i++)
		if (strstr(squeezed, PARTS[i]))
			return true;
	return ends_with(key, "_at") || ends_with(key, "At") || ends_with(squeezed, "created") ||
	       ends_with(squeezed, "timestamp");
}

/* People write into it. */
static bool member_is_free(const char *squeezed)
{
	static const char *const ENDS[] = {"message", "title",   "text",   "comment", "label",
					   "memo",    "subject", "detail", "details"};

	for (size_t i = 0; i < sizeof(ENDS) / sizeof(ENDS[0]); i++)
		if (ends_with(squeezed, ENDS[i]))
			return true;
	return false;
}

/* The id of an event tells its time and its place. */
static bool is_event_id(const char *text, size_t len)
{
	return len > 4 && len < 64 && memcmp(text, "evt_", 4) == 0 &&
	       strspn(text + 4, "0123456789-") == len - 4;
}

enum said member_said(const char *key, const char *text, size_t len)
{
	static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.";
	static const char NUMBERS[] = "0123456789-+:.TZ";
	char squeezed[64] = "";
	bool word, measure;

	if (is_event_id(text, len))
		return SAID_BY_PROTOCOL;
	key_squeeze(key ? key : "", squeezed, sizeof(squeezed));
	word = member_is_word(squeezed);
	measure = key && member_is_measure(key, squeezed);
	if (key && len < 64 && strspn(text, NUMBERS) == len && (word || measure))
		return SAID_BY_PROTOCOL;
	if (key && len < 64 && strspn(text, LETTERS) == len && word)
		return SAID_BY_PROTOCOL;
	if (!word && !measure && (member_is_free(squeezed) || memchr(text, ' ', len)))
		return SAID_BY_PEOPLE;
	return SAID_BY_ANYBODY;
}

bool member_names_nobody(const char *key)
{
	return key[strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-.")] == '\0';
}

static bool shape_has(const struct shape *shape, const char *key)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *f = &shape->fields[i];
		const char *dot = strchr(f->key, '.');

		if (str_equal(f->key, key) || str_equal(f->alias, key) ||
		    (dot && str_equal(dot + 1, key)) || (f->shape && shape_has(f->shape, key)))
			return true;
	}
	return false;
}

bool member_is_known(const char *key)
{
	static const char *const ENVELOPE[] = {"id",      "object",  "type",    "data",
					       "created", "request", "livemode"};

	for (size_t i = 0; i < sizeof(ENVELOPE) / sizeof(ENVELOPE[0]); i++)
		if (str_equal(ENVELOPE[i], key))
			return true;
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		if (shape_has(kind_info((enum object_kind)k)->shape, key))
			return true;
	return member_sort(key) != SORT_PLAIN || masking_is_protocol(key);
}
