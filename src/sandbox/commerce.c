#include "sandbox/commerce.h"

#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/catalogue.h"

void reply_message_take(struct reply *r, int status, const char *message, struct json *data)
{
	struct json *root = json_new_object();

	json_set_bool(root, "success", true);
	json_set_string(root, "message", message);
	json_set_take(root, "data", data);
	reply_json_take(r, status, root);
}

void reply_meta_take(struct world *w, struct reply *r, struct json *data, struct json *meta)
{
	struct json *root = json_new_object();

	json_set_int(meta, "timestamp", world_now_ms(w) / 1000);
	json_set_bool(root, "success", true);
	json_set_take(root, "data", data);
	json_set_take(root, "meta", meta);
	reply_json_take(r, 200, root);
}

void json_set_text(struct json *obj, const char *key, const char *text)
{
	json_set_string(obj, key, *text ? text : NULL);
}

enum status document_load(struct world *w, const char *collection, const char *id,
			  struct json **ret, struct problem *reterr)
{
	char *text = NULL;
	enum status st = ledger_doc_get(w->ledger, collection, id, &text, reterr);

	if (st == S_OK)
		st = json_parse_page(text, strlen(text), ret, reterr);
	free(text);
	return st;
}

bool body_retailer(const struct call *c, struct reply *r, const char **ret)
{
	if (!body_required(c, r, "retailer", 31, true, ret))
		return false;
	for (const char *const *known = catalogue_retailers; *known; known++)
		if (str_equal(*known, *ret))
			return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR,
		    "%sretailer: must be amazon, walmart, target, ebay, bestbuy or other",
		    c->part_name);
	return false;
}

bool body_price(const struct call *c, struct reply *r, bool required, int64_t *ret)
{
	*ret = 0;
	if (!required && json_is_null(json_get(c->part ? c->part : c->json, "price")))
		return true;
	return body_dollars(c, r, "price", COMMERCE_PRICE_MIN, COMMERCE_PRICE_MAX, ret);
}
