#include "sandbox/body.h"

#include "base/money.h"
#include "base/strbuf.h"
#include "sandbox/chain.h"

static const struct json *member(const struct call *c, const char *key)
{
	const struct json *v = json_get(c->part ? c->part : c->json, key);

	return json_is_null(v) ? NULL : v;
}

static bool refuse(const struct call *c, struct reply *r, const char *key, const char *why)
{
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s%s: %s", c->part_name, key, why);
	return false;
}

/* Code points: every byte but the continuation ones. */
static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

bool body_string(const struct call *c, struct reply *r, const char *key, size_t max, bool bytes,
		 const char **ret)
{
	const struct json *v = member(c, key);
	const char *text = json_string(v);

	*ret = NULL;
	if (!v)
		return true;
	if (!text)
		return refuse(c, r, key, "must be a string");
	if ((bytes ? strlen(text) : characters(text)) > max) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "%s%s: must be at most %zu %s long",
			    c->part_name, key, max, bytes ? "bytes" : "characters");
		return false;
	}
	*ret = text;
	return true;
}

bool body_required(const struct call *c, struct reply *r, const char *key, size_t max, bool bytes,
		   const char **ret)
{
	if (!body_string(c, r, key, max, bytes, ret))
		return false;
	return (*ret && **ret) || refuse(c, r, key, "is required");
}

bool email_valid(const char *text)
{
	const char *at = strchr(text, '@');
	const char *dot = at ? strrchr(at, '.') : NULL;

	return strlen(text) <= 254 && at && at != text && !strchr(at + 1, '@') && dot &&
	       dot != at + 1 && dot[1] && !strpbrk(text, " \t\r\n<>\",;");
}

bool body_email(const struct call *c, struct reply *r, const char *key, const char **ret)
{
	if (!body_string(c, r, key, 254, true, ret))
		return false;
	return !*ret || email_valid(*ret) || refuse(c, r, key, "must be an e-mail address");
}

bool body_url(const struct call *c, struct reply *r, const char *key, const char **ret)
{
	const char *host;

	if (!body_string(c, r, key, 2048, true, ret))
		return false;
	if (!*ret)
		return true;
	host = strstr(*ret, "://");
	if ((!str_starts_with(*ret, "https://") && !str_starts_with(*ret, "http://")) || !host[3] ||
	    strchr("/?#", host[3]) || strpbrk(*ret, " \t\r\n"))
		return refuse(c, r, key, "must be an http or https URL");
	return true;
}

bool body_evm_address(const struct call *c, struct reply *r, const char *key, const char **ret)
{
	if (!body_string(c, r, key, ADDR_CAP - 1, true, ret))
		return false;
	if (*ret && !chain_is_evm_address(*ret))
		return refuse(c, r, key, "must be 0x and 40 hexadecimal digits");
	return true;
}

bool body_int(const struct call *c, struct reply *r, const char *key, int64_t min, int64_t max,
	      int64_t fallback, int64_t *ret)
{
	const struct json *v = member(c, key);
	int64_t value;

	*ret = fallback;
	if (!v)
		return true;
	if (json_kind(v) != JSON_NUMBER || json_int64(v, &value) != S_OK)
		return refuse(c, r, key, "must be a whole number");
	if (value < min || value > max) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "%s%s: must be between %lld and %lld",
			    c->part_name, key, (long long)min, (long long)max);
		return false;
	}
	*ret = value;
	return true;
}

bool body_bool(const struct call *c, struct reply *r, const char *key)
{
	const struct json *v = member(c, key);

	return !v || json_kind(v) == JSON_BOOL || refuse(c, r, key, "must be true or false");
}

void body_part(struct call *part, const struct json *v, const char *name)
{
	*part = (struct call){.part = v};
	str_printf(part->part_name, sizeof(part->part_name), "%s.", name);
}

bool body_object(const struct call *c, struct reply *r, const char *key, const struct json **ret)
{
	const struct json *v = member(c, key);

	*ret = v;
	return !v || json_kind(v) == JSON_OBJECT || refuse(c, r, key, "must be an object");
}

bool body_dollars(const struct call *c, struct reply *r, const char *key, int64_t min_millis,
		  int64_t max_millis, int64_t *ret_millis)
{
	const struct json *v = member(c, key);
	const char *text = json_number_text(v);
	char low[MONEY_TEXT_CAP], high[MONEY_TEXT_CAP];
	int64_t millis;

	if (!v)
		return refuse(c, r, key, "is required");
	if (!text)
		return refuse(c, r, key, "must be a number");
	if (money_parse_decimal(text, USD_MILLIS_EXPONENT, &millis) != S_OK)
		return refuse(c, r, key, "must be a plain number with at most 3 decimals");
	if (millis < min_millis || millis > max_millis) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "%s%s: must be between %s and %s",
			    c->part_name, key, money_decimal(low, min_millis, USD_MILLIS_EXPONENT),
			    money_decimal(high, max_millis, USD_MILLIS_EXPONENT));
		return false;
	}
	*ret_millis = millis;
	return true;
}
