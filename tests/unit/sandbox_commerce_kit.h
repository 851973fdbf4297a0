/* Calls to the commerce surface for the unit tests. */
#ifndef TESTS_UNIT_SANDBOX_COMMERCE_KIT_H
#define TESTS_UNIT_SANDBOX_COMMERCE_KIT_H

#include "unit/sandbox_kit.h"

#include "base/money.h"
#include "sandbox/catalogue.h"
#include "sandbox/commerce.h"

#define CARTS    "/api/commerce/merchant/carts"
#define CHECKOUT "/api/commerce/merchant/checkout"
#define BUYER    "\"customer_id\":\"cust_1\""
#define EVM      "0x52908400098527886E0F7030069857D2E4169EE7"

/* A call that must answer `status`, parsed. */
static inline struct json *commerce(struct kit *k, enum http_method method, const char *target,
				    const char *body, int status)
{
	struct reply r = kit_call(k, SCOPE_COMMERCE, method, target, body, NULL);
	struct json *root;

	if (r.status != status)
		fail_msg("%s %s %s: %d %s", http_method_name(method), target, body ? body : "",
			 r.status, r.body);
	root = kit_parse(&r);
	reply_release(&r);
	return root;
}

/* A call that must be refused with this code and a message that holds `word`. */
static inline void commerce_refused(struct kit *k, enum http_method method, const char *target,
				    const char *body, int status, const char *code,
				    const char *word)
{
	struct reply r = kit_call(k, SCOPE_COMMERCE, method, target, body, NULL);

	assert_refusal(&r, status, code, word);
}

/* A number of dollars, exactly, in thousandths. */
static inline int64_t millis_at(const struct json *v, const char *path)
{
	const char *text = json_number_text(at(v, path));
	int64_t millis = 0;

	if (!text || money_parse_decimal(text, USD_MILLIS_EXPONENT, &millis) != S_OK)
		fail_msg("no amount at %s", path);
	return millis;
}

/* Exactly these members, in this order. */
static inline void assert_members(const struct json *v, const char *names)
{
	struct strbuf have;

	strbuf_init(&have, 4096);
	for (const struct json *m = json_first(v); m; m = json_next(m))
		strbuf_addf(&have, "%s%s", have.len ? " " : "", json_key(m));
	assert_string_equal(names, strbuf_str(&have));
	strbuf_release(&have);
}

/* The nth product that amazon would sell now, and whose price is at most `max`. */
static inline struct product some_product(struct kit *k, size_t nth, int64_t max)
{
	struct product p;

	for (size_t i = 0; i < catalogue_count(); i++) {
		catalogue_product(i, k->w.now_ms, &p);
		if (!catalogue_refusal(&p, "amazon") && p.price <= max && nth-- == 0)
			return p;
	}
	fail_msg("not so many products");
	return p;
}

/* {"productId":…,"retailer":…,"title":…,"price":…,"quantity":…} and `more`, an object's inside. */
static inline const char *item_json(const struct product *p, int64_t quantity, const char *more,
				    char *buf, size_t cap)
{
	char price[MONEY_TEXT_CAP];

	str_printf(buf, cap,
		   "{\"productId\":\"%s\",\"retailer\":\"%s\",\"title\":\"%s\",\"price\":%s,"
		   "\"quantity\":%lld%s%s}",
		   p->id, p->retailer, p->title,
		   money_decimal(price, p->price, USD_MILLIS_EXPONENT), (long long)quantity,
		   *more ? "," : "", more);
	return buf;
}

static inline void add_to_cart(struct kit *k, const struct product *p, int64_t quantity,
			       char item_id[ID_CAP])
{
	char body[1024];
	struct json *v = commerce(k, HTTP_POST, CARTS "/items",
				  item_json(p, quantity, BUYER, body, sizeof(body)), 200);

	str_copy(item_id, ID_CAP, text_at(v, "data.itemId"));
	json_free(v);
}

#define HOME                                                                                  \
	"{\"first_name\":\"Ada\",\"last_name\":\"Byron\",\"street_address\":\" 1  Main St\"," \
	"\"address_line2\":\"Apt 4\",\"city\":\"Beverly Hills\",\"state\":\"ca\","            \
	"\"zip_code\":\"90210\",\"country\":\"us\",\"phone\":\"+1 310 555 0100\","            \
	"\"email\":\"ada@mail.example\"}"

#endif
