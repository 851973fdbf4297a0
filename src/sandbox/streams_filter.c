/* What may be asked of a stream, and what is then carried (contract 10.1). */
#include "sandbox/payor_events.h"
#include "sandbox/query.h"
#include "sandbox/streams_private.h"

/* X(path, surface) */
#define STREAMS(X)                                 \
	X("/ws/merchant/events", SURFACE_MERCHANT) \
	X("/ws/commerce/events", SURFACE_COMMERCE) \
	X("/ws/payment", SURFACE_PAYOR)

/* X(parameter, on merchant, commerce and payor streams), contract 10.1 */
#define STREAM_PARAMS(X)                        \
	X("token", true, true, true)            \
	X("since", true, true, true)            \
	X("types", true, true, false)           \
	X("format", true, true, true)           \
	X("invoice_id", true, true, false)      \
	X("customer_id", true, true, false)     \
	X("invoice_type", true, false, false)   \
	X("environment", true, false, false)    \
	X("order_id", false, true, false)       \
	X("wallet_address", false, true, false) \
	X("wallet_network", false, true, false)

const struct stream_kind *stream_kind_find(const char *path)
{
#define X(p, surface) {p, surface},
	static const struct stream_kind kinds[] = {STREAMS(X)};
#undef X
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].path, path))
			return &kinds[i];
	return NULL;
}

bool stream_is_path(const char *path)
{
	return stream_kind_find(path) != NULL;
}

static bool stream_param_allowed(const char *name, enum surface surface)
{
#define X(param, merchant_has, commerce_has, payor_has)           \
	if (!strcmp(name, param))                                 \
		return surface == SURFACE_COMMERCE ? commerce_has \
		       : surface == SURFACE_PAYOR  ? payor_has    \
						   : merchant_has;
	STREAM_PARAMS(X)
#undef X
	return false;
}

/* The allow-list of 10.1: a known type that this stream can carry, or a prefix of one. */
static bool stream_type_allowed(const char *pattern, bool commerce)
{
#define X(type, kind, ours) {type, ours},
	static const struct {
		const char *type;
		bool merchant_only; /* local extensions are */
	} types[] = {EVENT_TYPES(X)};
#undef X
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		bool hidden = commerce && types[i].merchant_only;
		if (!hidden && str_matches_wildcard(pattern, types[i].type))
			return true;
	}
	return false;
}

static enum status stream_check_types(const char *types, bool commerce, struct problem *reterr)
{
	while (true) {
		char word[EVENT_TYPE_CAP];
		size_t n = strcspn(types, ",");
		if (n >= sizeof(word))
			return problem_set(reterr, E_INVALID, NULL, "types: a type is too long");
		memcpy(word, types, n);
		word[n] = '\0';
		if (!stream_type_allowed(word, commerce))
			return problem_set(reterr, E_INVALID, NULL,
					   "types: '%s' is not a type of this stream", word);
		if (!types[n])
			return S_OK;
		types += n + 1;
	}
}

static enum status stream_check_word(const struct stream *st, const char *name, const char *a,
				     const char *b, struct problem *reterr)
{
	const char *v = query_get(st->params, st->param_count, name);

	if (!v || !strcmp(v, a) || (b && !strcmp(v, b)))
		return S_OK;
	return problem_set(reterr, E_INVALID, NULL, "%s: '%s' is not %s%s%s", name, v, a,
			   b ? " or " : "", b ? b : "");
}

static enum status stream_check_names(const struct stream *st, enum surface surface,
				      struct problem *reterr)
{
	for (size_t i = 0; i < st->param_count; i++) {
		const struct call_param *p = &st->params[i];
		if (!stream_param_allowed(p->name, surface))
			return problem_set(reterr, E_INVALID, NULL,
					   "%s is not a parameter of this stream", p->name);
		if (!p->value[0])
			return problem_set(reterr, E_INVALID, NULL, "%s is empty", p->name);
	}
	return S_OK;
}

enum status stream_check(const struct stream *st, enum surface surface, struct problem *reterr)
{
	const char *types = query_get(st->params, st->param_count, "types");
	const char *since = query_get(st->params, st->param_count, "since");
	const char *address = query_get(st->params, st->param_count, "wallet_address");
	const char *network = query_get(st->params, st->param_count, "wallet_network");
	enum status err = stream_check_names(st, surface, reterr);

	if (!err && types)
		err = stream_check_types(types, surface == SURFACE_COMMERCE, reterr);
	if (!err)
		err = stream_check_word(st, "format", "event_v1", NULL, reterr);
	if (!err)
		err = stream_check_word(st, "environment", "devnet", "mainnet", reterr);
	if (!err)
		err = stream_check_word(st, "invoice_type", "standard", "commerce", reterr);
	if (!err && since && strlen(since) >= ID_CAP)
		err = problem_set(reterr, E_INVALID, NULL, "since is too long to be an event id");
	if (!err && network && !address)
		err = problem_set(reterr, E_INVALID, NULL, "wallet_network needs wallet_address");
	return err;
}

/* A payor sees one invoice, whatever is asked. */
static void stream_set_session_filter(struct stream *st)
{
	st->filter = (struct ledger_event_filter){.types = PAYOR_EVENT_TYPES,
						  .invoice_id = st->session_invoice_id,
						  .session = true,
						  .created_from_ms = TIME_NONE,
						  .created_to_ms = TIME_NONE,
						  .limit = STREAM_BATCH_MAX};
}

void stream_set_filter(struct stream *st, enum surface surface)
{
	bool commerce = surface == SURFACE_COMMERCE;

	if (surface == SURFACE_PAYOR) {
		stream_set_session_filter(st);
		return;
	}
	st->filter = (struct ledger_event_filter){
		.types = query_get(st->params, st->param_count, "types"),
		.invoice_id = query_get(st->params, st->param_count, "invoice_id"),
		.order_id = query_get(st->params, st->param_count, "order_id"),
		.customer_id = query_get(st->params, st->param_count, "customer_id"),
		.invoice_type = query_get(st->params, st->param_count, "invoice_type"),
		.wallet = query_get(st->params, st->param_count, "wallet_address"),
		.wallet_network = query_get(st->params, st->param_count, "wallet_network"),
		/* A commerce key is bound to one environment. */
		.environment = commerce ? st->world->environment
					: query_get(st->params, st->param_count, "environment"),
		.commerce_only = commerce,
		.created_from_ms = TIME_NONE,
		.created_to_ms = TIME_NONE,
		.limit = STREAM_BATCH_MAX};
}
