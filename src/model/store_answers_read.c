/* What views read of the answers. Reading keeps an answer from going. */
#include "model/store_answers_priv.h"

#include "base/strbuf.h"

static void answer_tell(const struct answer *a, struct asked *ret)
{
	if (!ret)
		return;
	*ret = (struct asked){.load = LOAD_NOT_ASKED};
	if (a)
		*ret = (struct asked){
			.load = a->load,
			.problem = a->load == LOAD_FAILED ? &a->problem : NULL,
			.serial = a->serial,
			.version = a->version,
		};
}

/* Its body, or NULL. */
static const struct msg *answers_read(const struct store *st, const struct question *q,
				      struct asked *ret)
{
	struct answer *a = answers_find(st, q);

	answer_tell(a, ret);
	if (!a)
		return NULL;
	answer_use(st, a);
	return a->body;
}

uint64_t answers_forgotten(const struct store *st)
{
	return st->answers->forgotten;
}

const struct findings *answer_findings(const struct store *st, const char *text, struct asked *ret)
{
	struct question q = {.kind = REQUEST_FIND, .target = text, .word = ""};
	const struct msg *m = answers_read(st, &q, ret);

	return m ? &m->as.findings.found : NULL;
}

const struct dossier *answer_dossier(const struct store *st, enum object_kind kind, const char *id,
				     struct asked *ret)
{
	struct question q = {.kind = REQUEST_DOSSIER, .object = kind, .target = id, .word = ""};
	const struct msg *m = answers_read(st, &q, ret);

	return m ? &m->as.dossier.dossier : NULL;
}

bool answers_dossier_asked(const struct store *st, enum object_kind kind, const char *id,
			   uint64_t *ret_arrivals)
{
	struct question q = {.kind = REQUEST_DOSSIER, .object = kind, .target = id, .word = ""};
	const struct answer *a = answers_find(st, &q);

	if (!a || !a->body)
		return false;
	*ret_arrivals = a->knows;
	return true;
}

static bool answer_is_session_of(const struct answer *a, const char *invoice_id)
{
	if (a->load == LOAD_NOT_ASKED || a->kind != REQUEST_SESSION)
		return false;
	return str_equal(a->target, invoice_id) ||
	       (a->body && str_equal(a->body->as.session.session.invoice_id, invoice_id));
}

/* It may have been asked for by its invoice and by its pass: how it went is the last asking's, what
 * it is the last answer's. */
const struct payor_session *answer_session(const struct store *st, const char *invoice_id,
					   struct asked *ret)
{
	struct answer *asked = NULL, *told = NULL;

	for (size_t i = 0; i < ANSWERS_MAX && invoice_id[0]; i++) {
		struct answer *a = &st->answers->items[i];
		if (!answer_is_session_of(a, invoice_id))
			continue;
		answer_use(st, a);
		if (!asked || a->serial > asked->serial)
			asked = a;
		if (a->body && (!told || a->answered_ms >= told->answered_ms))
			told = a;
	}
	answer_tell(asked, ret);
	return told ? &told->body->as.session.session : NULL;
}

const struct payor_session *answer_session_by_serial(const struct store *st, uint64_t serial,
						     struct asked *ret)
{
	struct answer *a = answers_by_serial(st, serial);

	if (a && a->kind != REQUEST_SESSION)
		a = NULL;
	answer_tell(a, ret);
	if (!a)
		return NULL;
	answer_use(st, a);
	return a->body ? &a->body->as.session.session : NULL;
}

const struct shop_cart *answer_cart(const struct store *st, const char *customer,
				    const char *network, struct asked *ret)
{
	struct question q = {.kind = REQUEST_CART, .target = customer};
	const struct msg *m;

	q.word = network ? network : "";
	m = answers_read(st, &q, ret);
	return m ? &m->as.cart.cart : NULL;
}

const struct shop_products *answer_products(const struct store *st, const char *text,
					    struct asked *ret)
{
	struct question q = {.kind = REQUEST_PRODUCTS, .target = text, .word = ""};
	const struct msg *m = answers_read(st, &q, ret);

	return m ? &m->as.products.products : NULL;
}

/* Whichever retailer it was asked of; the last. */
const struct shop_products *answer_product(const struct store *st, const char *product_id,
					   struct asked *ret)
{
	struct answer *last = NULL;

	for (size_t i = 0; i < ANSWERS_MAX; i++) {
		struct answer *a = &st->answers->items[i];
		if (a->load != LOAD_NOT_ASKED && a->kind == REQUEST_PRODUCT &&
		    str_equal(a->target, product_id) && (!last || a->serial > last->serial))
			last = a;
	}
	answer_tell(last, ret);
	if (!last)
		return NULL;
	answer_use(st, last);
	return last->body ? &last->body->as.products.products : NULL;
}

const char *answer_raw(const struct store *st, enum object_kind kind, const char *id,
		       size_t *ret_len, int64_t *ret_answered_ms, struct asked *ret)
{
	struct question q = {.kind = REQUEST_GET, .object = kind, .target = id, .word = ""};
	struct answer *a = answers_find(st, &q);

	answer_tell(a, ret);
	if (ret_answered_ms)
		*ret_answered_ms = a && a->load == LOAD_DONE ? a->answered_ms : TIME_NONE;
	if (a)
		answer_use(st, a);
	if (!a || !a->body)
		return NULL;
	if (ret_answered_ms)
		*ret_answered_ms = a->answered_ms;
	if (ret_len)
		*ret_len = a->body->as.object.raw_len;
	return a->body->as.object.raw;
}

void answer_asked(const struct store *st, const struct request *rq, struct asked *ret)
{
	struct question q = question_of(rq);

	if (rq->kind == REQUEST_LIST && rq->of == LIST_ALL)
		*ret = (struct asked){.load = store_load(st, rq->object),
				      .problem = store_load_problem(st, rq->object)};
	else
		(void)answers_read(st, &q, ret);
}

enum load_state store_lookup(const struct store *st, enum object_kind kind, const char *id,
			     const struct problem **ret_problem)
{
	struct question q = {.kind = REQUEST_GET, .object = kind, .target = id, .word = ""};
	const struct answer *a = answers_find(st, &q);

	if (a && a->load == LOAD_FAILED && ret_problem)
		*ret_problem = &a->problem;
	return a ? a->load : LOAD_NOT_ASKED;
}

const struct msg_event *store_event_whole(const struct store *st, const char *id,
					  enum load_state *ret_load,
					  const struct problem **ret_problem)
{
	struct question q = {.kind = REQUEST_EVENT, .target = id, .word = ""};
	struct asked asked;
	const struct msg *m = answers_read(st, &q, &asked);

	/* what was read back once does not change */
	*ret_load = m ? LOAD_DONE : asked.load;
	if (ret_problem)
		*ret_problem = m ? NULL : asked.problem;
	return m ? &m->as.event : NULL;
}
