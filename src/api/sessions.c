/* What a payor sees (contract 6), asked for with the payor's own pass. Never POST
 * payment-addresses: it would give the payor another address. */
#include "api/call.h"

static enum status read_details(const char *body, size_t len, void *into, struct problem *reterr)
{
	return payor_details_decode(body, len, into, reterr);
}

static enum status read_tokens(const char *body, size_t len, void *into, struct problem *reterr)
{
	return payor_tokens_decode(body, len, into, reterr);
}

static enum status read_email(const char *body, size_t len, void *into, struct problem *reterr)
{
	return payor_email_decode(body, len, into, reterr);
}

static enum status read_link(const char *body, size_t len, void *into, struct problem *reterr)
{
	return payor_link_decode(body, len, into, reterr);
}

#define SESSION_CALL(name, route_, decode)                                                         \
	enum status name(const struct api_client *c, const struct payor_pass *pass,                \
			 struct payor_session *s, struct fault *ret_fault, struct problem *reterr) \
	{                                                                                          \
		const struct api_call call = {.route = (route_), .pass = pass};                    \
                                                                                                   \
		return api_ask(c, &call, (decode), s, ret_fault, reterr);                          \
	}

SESSION_CALL(api_session_details, ROUTE_SESSION_DETAILS, read_details)
SESSION_CALL(api_session_tokens, ROUTE_SESSION_TOKENS, read_tokens)
SESSION_CALL(api_session_email, ROUTE_SESSION_EMAIL_GET, read_email)

/* Local extension (contract 15.6). */
enum status api_invoice_session(const struct api_client *c, const char *invoice_id,
				struct payor_session *s, struct fault *ret_fault,
				struct problem *reterr)
{
	const struct api_call call = {.route = ROUTE_INVOICE_SESSION, .target = invoice_id};

	return api_ask(c, &call, read_link, s, ret_fault, reterr);
}
