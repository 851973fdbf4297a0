/* Corridors and quotes over HTTP, local extension: contract 15.3. */
#include "base/strbuf.h"
#include "sandbox/lists.h"
#include "sandbox/ramp_body.h"
#include "sandbox/ramp_quotes.h"

static struct json *corridor_json(const struct shop_corridor *c)
{
	struct json *row = json_new_object(), *rails = json_new_array();

	for (size_t i = 0; i < SHOP_RAILS_MAX && c->rails[i]; i++)
		json_append_take(rails, json_new_string(c->rails[i]));
	json_set_string(row, "country", c->country);
	json_set_string(row, "name", c->name);
	json_set_string(row, "currency", c->currency);
	json_set_int(row, "exponent", c->exponent);
	json_set_take(row, "rails", rails);
	json_set_bool(row, "onramp", ramp_onramp(c));
	json_set_bool(row, "offramp", true);
	json_set_int(row, "min_amount", RAMP_AMOUNT_MIN);
	json_set_int(row, "max_amount", RAMP_AMOUNT_MAX);
	return row;
}

/* INFERRED: all of them at once, as a list object. */
void ramp_handle_countries(struct world *w, const struct call *c, struct reply *r)
{
	size_t count;
	const struct shop_corridor *corridors = shop_corridors(&count);
	struct json *items = json_new_array();

	(void)w;
	(void)c;
	for (size_t i = 0; i < count; i++)
		json_append_take(items, corridor_json(&corridors[i]));
	reply_json_take(r, 200, list_envelope(items, false));
}

/* The corridor's own spelling of the rail, or NULL. */
static const char *rail_find(const struct shop_corridor *c, const char *rail)
{
	for (size_t i = 0; i < SHOP_RAILS_MAX && c->rails[i]; i++)
		if (str_equal(c->rails[i], rail))
			return c->rails[i];
	return NULL;
}

static bool read_corridor(const struct call *c, struct reply *r, struct ramp_quote_params *p)
{
	const char *rail;

	if (!ramp_body_corridor(c, r, &p->corridor) ||
	    !body_required(c, r, "rail", STATUS_CAP - 1, true, &rail))
		return false;
	p->rail = rail_find(p->corridor, rail);
	if (!p->rail)
		reply_error(r, 400, CODE_VALIDATION_ERROR, "rail: %s has no rail '%s'",
			    p->corridor->country, rail);
	else if (!p->payout && !ramp_onramp(p->corridor))
		reply_error(r, 400, CODE_VALIDATION_ERROR,
			    "country: money can only go out to %s, not come in",
			    p->corridor->country);
	else
		return true;
	return false;
}

static bool read_quote(const struct call *c, struct reply *r, struct ramp_quote_params *p)
{
	static const char *const directions[] = {"deposit", "payout", NULL};
	const char *direction;

	if (!ramp_body_customer(c, r, &p->customer_id) ||
	    !ramp_body_word(c, r, "direction", directions, NULL, &direction))
		return false;
	p->payout = str_equal(direction, "payout");
	return ramp_body_amount(c, r, &p->amount) && read_corridor(c, r, p);
}

void ramp_handle_quote(struct world *w, const struct call *c, struct reply *r)
{
	struct ramp_quote_params p = {0};
	struct problem why = {0};
	struct ramp_quote q;

	if (!read_quote(c, r, &p))
		return;
	if (ramp_quote_make(w, &p, &q, &why) == S_OK)
		reply_json_take(r, 201, shape_to_json(&SHAPE_RAMP_QUOTE, &q));
	else
		reply_problem(r, &why);
}
