#include "app/actions.h"

#include "base/strbuf.h"
#include "model/purse.h"
#include "views/cells.h"

#include <string.h>

struct action_spec {
	enum request_kind request;
	enum object_kind object;
	const char *label;
	const char *extension; /* capability it needs, or NULL when Pepay documents the route */
	const char *after;     /* the state it leads to */
	const char *consequence;
	const char *keep;                               /* the safe button */
	const char *(*why_not)(const struct object *o); /* NULL: it may be tried */
};

static const char *why_not_cancel_order(const struct object *o)
{
	const struct order *order = &o->as.order;

	if (order->can_cancel)
		return NULL;
	if (strcmp(order->status, "cancelled") == 0)
		return "already cancelled";
	return "Pepay says: it cannot be cancelled now";
}

static const char *why_not_cancel_invoice(const struct object *o)
{
	const char *status = o->as.invoice.status;

	if (strcmp(status, "unpaid") == 0)
		return NULL;
	if (strcmp(status, "canceled") == 0)
		return "already canceled";
	if (strcmp(status, "paid") == 0)
		return "already paid";
	if (strcmp(status, "underpaid") == 0)
		return "money came in already";
	return "only while unpaid";
}

static const struct action_spec ACTIONS[] = {
	{
		.request = REQUEST_ORDER_CANCEL,
		.object = OBJECT_ORDER,
		.label = "Cancel order",
		.after = "cancelled (a request: Pepay decides)",
		.consequence =
			"The order is not fulfilled. If it was paid, Pepay quotes a refund to the "
			"refund wallet given at checkout. This cannot be undone.",
		.keep = "Keep the order",
		.why_not = why_not_cancel_order,
	},
	{
		.request = REQUEST_INVOICE_CANCEL,
		.object = OBJECT_INVOICE,
		.label = "Cancel invoice",
		.extension = "invoice_cancel",
		.after = "canceled",
		.consequence = "The customer can no longer pay it. Money sent to its address "
			       "afterwards is "
			       "not credited by itself. This cannot be undone.",
		.keep = "Keep the invoice",
		.why_not = why_not_cancel_invoice,
	},
};

static const struct action_spec *action_spec(enum request_kind k)
{
	for (size_t i = 0; i < sizeof(ACTIONS) / sizeof(ACTIONS[0]); i++) {
		if (ACTIONS[i].request == k)
			return &ACTIONS[i];
	}
	return NULL;
}

/* What a selected event is about: a payment stands for its invoice. */
static void selection_resolve(const struct subject *what, const struct store *st,
			      struct subject *ret)
{
	const struct event_row *row;
	struct event_brief e;

	*ret = *what;
	if (what->kind == SUBJECT_EVENT) {
		row = store_event_by_id(st, what->id);
		if (!row)
			return;
		store_brief(st, row, &e);
		if (e.kind == OBJECT_PAYMENT)
			(void)subject_set(ret, SUBJECT_INVOICE, e.invoice);
		else if (e.kind != OBJECT_NONE)
			(void)subject_set(ret, subject_of_object(e.kind), e.object_id);
	}
}

/* The record of `kind` that belongs to what is selected: itself, an invoice's order, an order's
 * invoice. */
static const struct record *related_record(const struct store *st, const struct subject *what,
					   enum object_kind kind)
{
	const struct record *r;

	if (subject_object(what->kind) == kind)
		return store_record(st, kind, what->id);
	if (what->kind == SUBJECT_INVOICE && kind == OBJECT_ORDER)
		return store_order_of(st, what->id);
	if (what->kind == SUBJECT_ORDER && kind == OBJECT_INVOICE) {
		r = store_record(st, OBJECT_ORDER, what->id);
		return r ? store_record(st, OBJECT_INVOICE, r->object.as.order.invoice_id) : NULL;
	}
	return NULL;
}

static int64_t object_amount(const struct object *o)
{
	return o->kind == OBJECT_ORDER ? o->as.order.total : o->as.invoice.amount;
}

/* The money of the invoice, or of the invoice of the order. False: nobody has it. */
static bool object_purse(const struct store *st, const struct record *r, struct purse *ret)
{
	if (r->object.kind == OBJECT_ORDER)
		r = store_invoice_of(st, r->object.as.order.order_id);
	if (!r)
		return false;
	*ret = purse_of_invoice(st, r);
	return true;
}

static size_t payments_seen(const struct store *st, const struct record *r)
{
	struct purse p;

	return object_purse(st, r, &p) ? purse_seen(&p) : 0;
}

static void action_offer(struct action_menu *am, const struct action_spec *spec,
			 const struct record *r, const struct store *st, bool read_only)
{
	const struct capabilities *caps = store_capabilities(st);
	const char *id = object_id(&r->object);
	const char *why = spec->why_not(&r->object);
	struct intent *in;
	struct safe_text label, short_id;

	if (am->menu.count == MENU_ITEMS_MAX)
		return;
	if (spec->extension && caps->known && !capabilities_have(caps, spec->extension))
		why = "not offered by this server";
	else if (spec->extension && !caps->known)
		why = "server not asked yet";
	if (store_action_open(st, id))
		why = "already under way";
	if (read_only)
		why = "read-only";
	in = &am->intents[am->count];
	memset(in, 0, sizeof(*in));
	in->request.kind = spec->request;
	in->request.object = spec->object;
	str_copy(in->request.target, sizeof(in->request.target), id);
	str_copy(in->status, sizeof(in->status), object_status(&r->object));
	in->amount = object_amount(&r->object);
	in->seen = payments_seen(st, r);
	safe_text_set(&short_id, id);
	safe_text_fit_middle(&short_id, 15);
	safe_text_fmt(&label, "%s %s", spec->label, safe_text_str(&short_id));
	menu_add(&am->menu, (int)am->count, safe_text_str(&label), why);
	am->count++;
}

void actions_offer(struct action_menu *am, const struct store *st, const struct subject *what,
		   bool read_only)
{
	struct subject target;
	const struct record *r;

	memset(am, 0, sizeof(*am));
	menu_init(&am->menu);
	safe_text_set(&am->menu.title, "Actions");
	selection_resolve(what, st, &target);
	for (size_t i = 0; i < sizeof(ACTIONS) / sizeof(ACTIONS[0]); i++) {
		r = related_record(st, &target, ACTIONS[i].object);
		if (r)
			action_offer(am, &ACTIONS[i], r, st, read_only);
	}
}

static void ask_environment(struct dialog *d, enum environment env, const char *server)
{
	static const char *const WORDS[] = {
		[ENV_UNKNOWN] = "UNKNOWN: treat it as LIVE",
		[ENV_DEMO] = "DEMO",
		[ENV_DEVNET] = "devnet (test money)",
		[ENV_MAINNET] = "LIVE: real money",
	};
	enum role role = env == ENV_DEMO     ? ROLE_ENV_DEMO
			 : env == ENV_DEVNET ? ROLE_ENV_TEST
					     : ROLE_ENV_LIVE;

	d->title_role = role;
	dialog_fact(d, "environment", role, " %s ", WORDS[env]);
	dialog_fact(d, "server", ROLE_TEXT, "%s", server);
}

/* Money that nobody would expect to come, once it is called off. */
static void ask_on_its_way(struct dialog *d, const struct store *st, const struct record *r)
{
	char buf[MONEY_TEXT_CAP];
	const struct purse_sum *coming;
	struct purse p;

	if (!r || !object_purse(st, r, &p) || purse_seen(&p) == 0)
		return;
	coming = &p.payments[STAGE_COMING];
	if (coming->silent == 0 && p.payments[STAGE_UNTOLD].count == 0)
		dialog_fact(d, "on its way", ROLE_WARN, "%s USD, seen and not confirmed",
			    money_format(buf, money_usd_millis(coming->sum), MONEY_PLAIN));
	else
		dialog_fact(d, "on its way", ROLE_WARN, "%s, seen and not confirmed",
			    purse_seen(&p) == 1 ? "a payment" : "payments");
}

void actions_ask(struct dialog *d, const struct intent *in, const struct store *st,
		 enum environment env, const char *server, int64_t mono_ms)
{
	const struct action_spec *spec = action_spec(in->request.kind);
	const struct record *r = store_record(st, in->request.object, in->request.target);
	char buf[MONEY_TEXT_CAP];

	dialog_init(d, mono_ms);
	safe_text_set(&d->title, spec->label);
	ask_environment(d, env, server);
	dialog_fact(d, spec->object == OBJECT_ORDER ? "order" : "invoice", ROLE_TEXT, "%s",
		    in->request.target);
	if (r && object_customer(&r->object)[0] != '\0')
		dialog_fact(d, "customer", ROLE_TEXT, "%s", object_customer(&r->object));
	dialog_fact(d, "amount", ROLE_STRONG, "%s USD",
		    money_format(buf, money_usd_millis(in->amount), MONEY_PLAIN));
	ask_on_its_way(d, st, r);
	dialog_fact(d, "now", ROLE_TEXT, "%s", in->status);
	dialog_fact(d, "afterwards", ROLE_TEXT, "%s", spec->after);
	if (spec->extension)
		dialog_fact(d, "note", ROLE_MUTED, "local extension, not Pepay's published API");
	safe_text_set(&d->warning, spec->consequence);
	safe_text_set(&d->refuse, spec->keep);
	safe_text_set(&d->confirm, spec->label);
	d->confirm_key = (struct key){.code = 'y'};
}

bool actions_still_true(const struct intent *in, const struct store *st, struct safe_text *ret_why)
{
	const struct record *r = store_record(st, in->request.object, in->request.target);

	if (!r) {
		safe_text_set(ret_why,
			      "Not sent: the object left the dashboard. Look it up again.");
		return false;
	}
	if (!str_equal(object_status(&r->object), in->status)) {
		safe_text_fmt(ret_why, "Not sent: it changed while you looked, from %s to %s.",
			      in->status, object_status(&r->object));
		return false;
	}
	if (object_amount(&r->object) != in->amount) {
		safe_text_set(ret_why, "Not sent: its amount changed while you looked.");
		return false;
	}
	if (payments_seen(st, r) > in->seen) {
		safe_text_set(ret_why, "Not sent: a payment was seen while you looked.");
		return false;
	}
	if (store_action_open(st, in->request.target)) {
		safe_text_set(ret_why, "Not sent: an action on it is already under way.");
		return false;
	}
	return true;
}

enum role actions_result(struct safe_text *t, const struct action *a, bool ascii)
{
	enum tone tone = outcome_tone(a->outcome);
	const char *what = request_kind_words(a->request.kind);

	if (a->in_flight) {
		safe_text_fmt(t, "%s Sent: %s %s", glyph_str(GLYPH_HALF, ascii), what,
			      a->request.target);
		return ROLE_ACTIVE;
	}
	safe_text_fmt(t, "%s %s: %s %s", glyph_str(tone_glyph(tone), ascii),
		      outcome_word(a->outcome), what, a->request.target);
	switch (a->outcome) {
	case OUTCOME_DONE:
		safe_text_addf(t, " (%lld ms%s). Its event follows.", (long long)a->latency_ms,
			       a->replayed ? ", already done before" : "");
		break;
	case OUTCOME_REFUSED:
		if (a->fault.http_status)
			safe_text_addf(t, ". %s (HTTP %d %s, request %s)", a->fault.message,
				       a->fault.http_status, a->fault.code, a->fault.request_id);
		else
			safe_text_addf(t, ". %s %s", a->problem.what, a->problem.next);
		break;
	case OUTCOME_UNKNOWN:
	case OUTCOME_COUNT:
		safe_text_addf(t, ". %s It may have happened: R asks the server.", a->problem.what);
		break;
	}
	return tone_role(tone);
}
