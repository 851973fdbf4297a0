#include "sandbox/checkout.h"

#include "base/strbuf.h"
#include "sandbox/us_states.h"
#include "wire/shape_macros.h"

#include <ctype.h>

#define ADDRESSES "address"

static const struct field SAVED_ADDRESS_FIELDS[] = {
	VALUE(ID, saved_address, address_id, "addressId", REQUIRED),
	VALUE(ID, saved_address, shopper.customer_id, "customerId", 0),
	VALUE(ID, saved_address, shopper.wallet_address, "walletAddress", 0),
	VALUE(TEXT, saved_address, shopper.wallet_network, "walletNetwork", 0),
	VALUE(TEXT, saved_address, address.first_name, "firstName", 0),
	VALUE(TEXT, saved_address, address.last_name, "lastName", 0),
	VALUE(TEXT, saved_address, address.street_address, "addressLine1", 0),
	VALUE(TEXT, saved_address, address.address_line2, "addressLine2", 0),
	VALUE(TEXT, saved_address, address.city, "city", 0),
	VALUE(TEXT, saved_address, address.state, "state", 0),
	VALUE(TEXT, saved_address, address.zip_code, "zipCode", 0),
	VALUE(TEXT, saved_address, address.country, "country", 0),
	VALUE(TEXT, saved_address, address.phone, "phoneNumber", 0),
	VALUE(TEXT, saved_address, address.email, "email", 0),
	VALUE(BOOL, saved_address, validated, "isValidated", NOT_NULL),
	VALUE(TIME, saved_address, validated_at, "validatedAt", 0),
	VALUE(TIME, saved_address, created_at, "createdAt", 0),
};
static const struct shape SHAPE_SAVED_ADDRESS =
	SHAPE("address", NULL, saved_address, SAVED_ADDRESS_FIELDS);

/* --- form ------------------------------------------------------------------------------- */

/* No blanks at the ends, one space between words. */
static void squeeze(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		bool blank = strchr(" \t\r\n", *from) != NULL;

		if (!blank)
			*to++ = *from;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
}

static void upper(char *text)
{
	squeeze(text);
	for (; *text; text++)
		*text = (char)toupper((unsigned char)*text);
}

void address_standardize(struct shipping_address *a)
{
	squeeze(a->first_name);
	squeeze(a->last_name);
	squeeze(a->street_address);
	squeeze(a->address_line2);
	squeeze(a->city);
	squeeze(a->phone);
	squeeze(a->email);
	upper(a->zip_code);
	upper(a->country);
	if (str_equal(a->country, "US") || strlen(a->state) <= 3)
		upper(a->state);
	else
		squeeze(a->state);
}

static const char *us_refusal(const struct shipping_address *a)
{
	const struct us_state *state = us_state_of_zip(a->zip_code);

	if (!*a->state)
		return "address.state: is required in the US";
	if (!state)
		return "address.zip_code: is not a zip code of the US";
	if (!str_equal(state->code, a->state))
		return "address.zip_code: does not lie in this state (its two-letter code)";
	return NULL;
}

static bool phone_plain(const char *phone)
{
	size_t digits = 0;

	for (const char *at = phone; *at; at++)
		digits += *at >= '0' && *at <= '9';
	return !*phone || (digits >= 5 && !phone[strspn(phone, "+0123456789 ()-.")]);
}

const char *address_refusal(const struct shipping_address *a)
{
	static const struct {
		size_t offset;
		const char *why;
	} required[] = {
		{offsetof(struct shipping_address, first_name), "address.first_name: is required"},
		{offsetof(struct shipping_address, last_name), "address.last_name: is required"},
		{offsetof(struct shipping_address, street_address),
		 "address.street_address: is required"},
		{offsetof(struct shipping_address, city), "address.city: is required"},
		{offsetof(struct shipping_address, zip_code), "address.zip_code: is required"},
		{offsetof(struct shipping_address, country), "address.country: is required"},
	};

	for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++)
		if (!*((const char *)a + required[i].offset))
			return required[i].why;
	if (strlen(a->country) != 2 || strspn(a->country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)
		return "address.country: must be a two-letter code (ISO 3166-1)";
	if (strlen(a->zip_code) > 12)
		return "address.zip_code: must be at most 12 characters long";
	if (!phone_plain(a->phone))
		return "address.phone: must be a telephone number";
	return str_equal(a->country, "US") ? us_refusal(a) : NULL;
}

/* --- keeping them ------------------------------------------------------------------------- */

static enum status address_put(struct world *w, const char *key, const struct saved_address *a,
			       struct problem *reterr)
{
	struct json *doc = shape_to_json(&SHAPE_SAVED_ADDRESS, a);
	char *text = json_print(doc);
	enum status st =
		ledger_doc_put(w->ledger, ADDRESSES, a->address_id, key, TIME_NONE, text, reterr);

	free(text);
	json_free(doc);
	return st;
}

struct likeness {
	const struct shipping_address *like;
	struct saved_address found;
	bool any;
};

static bool same_address(const struct shipping_address *a, const struct shipping_address *b)
{
	struct json *left = shape_to_json(&SHAPE_SHIPPING_ADDRESS, a);
	struct json *right = shape_to_json(&SHAPE_SHIPPING_ADDRESS, b);
	char *one = json_print(left), *two = json_print(right);
	bool same = str_equal(one, two);

	free(one);
	free(two);
	json_free(left);
	json_free(right);
	return same;
}

static bool compare(void *ctx, const char *id, const char *doc)
{
	struct likeness *l = ctx;
	struct json *json = NULL;

	(void)id;
	if (json_parse(doc, strlen(doc), &json, NULL) == S_OK &&
	    shape_decode(&SHAPE_SAVED_ADDRESS, json, &l->found, NULL) == S_OK)
		l->any = same_address(&l->found.address, l->like);
	json_free(json);
	return !l->any;
}

enum status address_save(struct world *w, const struct shopper *s, const struct shipping_address *a,
			 struct saved_address *ret, struct problem *reterr)
{
	struct likeness l = {.like = a};
	char key[SHOPPER_KEY_CAP];
	enum status st = ledger_doc_list(w->ledger, ADDRESSES, shopper_key(s, key), INT32_MAX, 0,
					 compare, &l, reterr);

	if (st != S_OK)
		return st;
	shape_init(&SHAPE_SAVED_ADDRESS, ret);
	if (l.any) {
		*ret = l.found;
	} else {
		rng_uuid(&w->rng, ret->address_id);
		ret->shopper = *s;
		ret->address = *a;
		ret->created_at = w->now_ms;
	}
	ret->validated = true;
	ret->validated_at = w->now_ms;
	return address_put(w, key, ret, reterr);
}

enum status address_load(struct world *w, const struct shopper *s, const char *id,
			 struct saved_address *ret, struct problem *reterr)
{
	struct json *doc = NULL;
	enum status st = document_load(w, ADDRESSES, id, &doc, reterr);

	if (st == S_OK)
		st = shape_decode(&SHAPE_SAVED_ADDRESS, doc, ret, reterr);
	json_free(doc);
	if (st == S_OK && s && !shopper_same(&ret->shopper, s))
		st = problem_set(reterr, E_NOT_FOUND, NULL, "no address '%s'", id);
	return st;
}

static bool add_address(void *ctx, const char *id, const char *doc)
{
	struct json *row = NULL;

	(void)id;
	if (json_parse(doc, strlen(doc), &row, NULL) == S_OK)
		json_append_take(ctx, row);
	return true;
}

enum status address_list(struct world *w, const struct shopper *s, int64_t limit, int64_t offset,
			 struct json **ret_rows, struct problem *reterr)
{
	struct json *rows = json_new_array();
	char key[SHOPPER_KEY_CAP];
	enum status st = ledger_doc_list(w->ledger, ADDRESSES, shopper_key(s, key), limit, offset,
					 add_address, rows, reterr);

	if (st == S_OK)
		*ret_rows = rows;
	else
		json_free(rows);
	return st;
}

enum status address_delete(struct world *w, const struct shopper *s, const char *id,
			   struct problem *reterr)
{
	struct saved_address a;
	enum status st = address_load(w, s, id, &a, reterr);

	return st == S_OK ? ledger_doc_delete(w->ledger, ADDRESSES, id, reterr) : st;
}
