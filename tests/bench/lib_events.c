#include "bench/lib_events.h"

#include <inttypes.h>

struct moment {
	uint64_t n, object, step; /* the step of the object's own story */
	int64_t ms;
	char id[40];
};

static struct moment moment_of(const struct canned *c, uint64_t n)
{
	uint64_t generation = n / (c->objects * CANNED_STEPS);
	uint64_t within = n % (c->objects * CANNED_STEPS);
	struct moment m = {.n = n,
			   .object = generation * c->objects + within % c->objects,
			   .step = within / c->objects};

	m.ms = c->base_ms + (int64_t)n;
	str_printf(m.id, sizeof(m.id), "%08" PRIx64 "-5eed-4000-8000-%012" PRIx64,
		   (m.object * 2654435761u) & 0xffffffffu, m.object);
	return m;
}

void canned_event_id(const struct canned *c, uint64_t n, char *ret, size_t cap)
{
	struct moment m = moment_of(c, n);

	str_printf(ret, cap, "evt_%" PRId64 "-%" PRIu64, m.ms, n + 1);
}

void canned_object_id(const struct canned *c, uint64_t n, char *ret, size_t cap)
{
	struct moment m = moment_of(c, n);

	str_copy(ret, cap, m.id);
}

uint64_t canned_creation(const struct canned *c, uint64_t object)
{
	return object / c->objects * c->objects * CANNED_STEPS + object % c->objects;
}

static void add_envelope(const struct moment *m, const char *resource, struct strbuf *out)
{
	strbuf_addf(out,
		    "{\"id\":\"evt_%" PRId64 "-%" PRIu64
		    "\",\"object\":\"event\",\"api_version\":\"2025-12-16\",\"created\":%" PRId64
		    ",\"type\":\"%s.%s\",\"livemode\":false,\"pending_webhooks\":0,\"request\":{"
		    "\"id\":null,\"idempotency_key\":null},\"data\":{\"object\":",
		    m->ms, m->n + 1, m->ms / 1000, resource, m->step ? "updated" : "created");
}

static void add_invoice(const struct moment *m, struct strbuf *out)
{
	int64_t amount = 5000000 + (int64_t)(m->object % 9000) * 10;
	int64_t paid = (int64_t)m->step * 1000;

	strbuf_addf(out,
		    "{\"object\":\"invoice\",\"id\":\"%s\",\"merchant_id\":4217,\"status\":\"%s\","
		    "\"invoice_type\":\"standard\",\"currency\":\"usd\",\"amount\":%" PRId64
		    ",\"amount_decimal\":\"%" PRId64 ".%03" PRId64 "\",\"amount_paid\":%" PRId64
		    ",\"amount_paid_decimal\":\"%" PRId64 ".000\",\"amount_remaining\":%" PRId64
		    ",\"amount_remaining_decimal\":\"%" PRId64 ".%03" PRId64
		    "\",\"amount_unit\":\"usd_millis\",",
		    m->id, m->step ? "underpaid" : "unpaid", amount, amount / 1000, amount % 1000,
		    paid, paid / 1000, amount - paid, (amount - paid) / 1000,
		    (amount - paid) % 1000);
	strbuf_addf(out,
		    "\"customer_id\":\"cust_%07" PRIX64 "\",\"payer_wallet_address\":"
		    "\"0x146a84daff96ab8cdbdf0cfae9f64c4e%08" PRIx64
		    "\",\"payer_wallet_network\":\"avalanche\",\"commerce_order_id\":null,"
		    "\"environment\":\"devnet\",\"expires_at\":%" PRId64 ",\"created_at\":%" PRId64
		    ",\"paid_at\":null,\"last_payment_at\":%" PRId64
		    ",\"metadata\":{\"basket\":\"W-%08" PRIu64 "\"}}",
		    m->object % 5000, m->object, m->ms / 1000 + 1800, m->ms / 1000, m->ms / 1000,
		    m->object);
}

static void add_payment(const struct moment *m, struct strbuf *out)
{
	strbuf_addf(out,
		    "{\"object\":\"invoice_payment\",\"id\":\"%s\",\"invoice_id\":"
		    "\"%08" PRIx64 "-0000-4000-8000-000000000000\",\"merchant_id\":4217,"
		    "\"status\":\"%s\",\"settlement_status\":\"pending\",\"settlement\":{"
		    "\"summary_status\":\"pending\",\"stage\":\"queued\","
		    "\"merchant_settlement_id\":%" PRIu64 ",\"settlement_tx_hash\":"
		    "\"0xfd8b32287a3db462cf669743ebecd96ad39711d1ba616897%016" PRIx64
		    "\",\"network\":\"bsc\",\"status\":\"pending\"},\"amount_usd\":%" PRIu64
		    ".95,\"environment\":\"devnet\"}",
		    m->id, m->object, m->step ? "confirmed" : "pending", 172000 + m->object,
		    m->object, 20 + m->object % 900);
}

static void add_payout(const struct moment *m, struct strbuf *out)
{
	strbuf_addf(out,
		    "{\"object\":\"ramp_payout\",\"id\":\"%s\",\"customer_id\":\"cust_%07" PRIX64
		    "\",\"quote_id\":\"f7f5078e-0cfe-4e43-81d5-fdf7929bcba0\",\"retry_of\":null,"
		    "\"status\":\"%s\",\"amount\":27921840,\"amount_decimal\":\"27921.840\","
		    "\"fee\":140100,\"fee_decimal\":\"140.100\",\"amount_unit\":\"usd_millis\","
		    "\"fiat_currency\":\"AUD\",\"fiat_amount_minor\":4285611,\"fiat_exponent\":2,"
		    "\"fx_rate\":\"1.5426\",\"country\":\"AU\",\"rail\":\"becs\",\"bank_account\":"
		    "{\"holder\":\"Aroha Nguyen\",\"bank_name\":\"Wattle Bank\",\"last4\":\"1621\"}"
		    ",",
		    m->id, m->object % 5000, m->step ? "processing" : "queued");
	strbuf_addf(out,
		    "\"failure_code\":null,\"failure_message\":null,\"estimated_arrival_at\":"
		    "%" PRId64 ",\"paid_at\":null,\"environment\":\"devnet\",\"created_at\":"
		    "%" PRId64 ",\"updated_at\":%" PRId64 "}",
		    m->ms / 1000 + 86400, m->ms / 1000, m->ms / 1000);
}

/* Six in ten are invoices, three payments, one a payout. */
void canned_event(const struct canned *c, uint64_t n, struct strbuf *out)
{
	static const struct {
		const char *resource;
		void (*add)(const struct moment *m, struct strbuf *out);
		const char *before;
	} kinds[] = {
		{"invoice", add_invoice, "unpaid"},
		{"invoice_payment", add_payment, "pending"},
		{"ramp.payout", add_payout, "queued"},
	};
	struct moment m = moment_of(c, n);
	size_t kind = m.object % 10 < 6 ? 0 : m.object % 10 < 9 ? 1 : 2;

	add_envelope(&m, kinds[kind].resource, out);
	kinds[kind].add(&m, out);
	strbuf_addstr(out, ",\"previous_attributes\":{");
	if (m.step == 1)
		strbuf_addf(out, "\"status\":\"%s\"", kinds[kind].before);
	strbuf_addstr(out, "}}}");
}
