#include "sandbox/ramp_body.h"

#include "base/strbuf.h"
#include "sandbox/ramp_quotes.h"

bool ramp_body_customer(const struct call *c, struct reply *r, const char **ret)
{
	return body_required(c, r, "customer_id", NAME_CAP - 1, true, ret);
}

bool ramp_body_corridor(const struct call *c, struct reply *r, const struct shop_corridor **ret)
{
	const char *country;

	if (!body_required(c, r, "country", STATUS_CAP - 1, true, &country))
		return false;
	*ret = shop_corridor(country);
	if (!*ret)
		reply_error(r, 400, CODE_VALIDATION_ERROR, "country: there is no corridor to '%s'",
			    country);
	return *ret != NULL;
}

bool ramp_body_amount(const struct call *c, struct reply *r, int64_t *ret)
{
	if (!body_int(c, r, "amount", RAMP_AMOUNT_MIN, RAMP_AMOUNT_MAX, 0, ret))
		return false;
	if (*ret == 0)
		reply_error(r, 400, CODE_VALIDATION_ERROR, "amount: is required");
	return *ret != 0;
}

bool ramp_body_word(const struct call *c, struct reply *r, const char *key,
		    const char *const *allowed, const char *fallback, const char **ret)
{
	const char *word;

	if (fallback ? !body_string(c, r, key, STATUS_CAP - 1, true, &word)
		     : !body_required(c, r, key, STATUS_CAP - 1, true, &word))
		return false;
	*ret = word ? word : fallback;
	for (size_t i = 0; allowed[i]; i++)
		if (str_equal(allowed[i], *ret))
			return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s: unknown value '%s'", key, *ret);
	return false;
}

bool ramp_body_transition(const struct call *c, struct reply *r, enum vocab v, const char **ret)
{
	const struct word *word;

	if (!body_required(c, r, "transitionTo", STATUS_CAP - 1, true, ret))
		return false;
	word = vocab_find(v, *ret);
	if (word) {
		*ret = word->wire;
		return true;
	}
	reply_error(r, 400, CODE_VALIDATION_ERROR, "transitionTo: unknown value '%s'", *ret);
	return false;
}
