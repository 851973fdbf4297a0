/* Reads the filter grammar: terms, groups of them, alternatives. */
#include "model/query.h"

#include "base/alloc.h"
#include "model/query_priv.h"

static enum status read_any(struct reader *r, struct query *q, uint8_t *ret);

static enum status add_node(struct reader *r, struct query *q, enum query_node_kind kind,
			    uint8_t *ret)
{
	if (q->node_count == QUERY_NODES_MAX)
		return reader_fail(r, r->at, E_LIMIT, "too many terms", "leave some out");
	*ret = (uint8_t)q->node_count++;
	q->nodes[*ret].kind = (uint8_t)kind;
	return S_OK;
}

static enum status read_group(struct reader *r, struct query *q, uint8_t *ret)
{
	size_t open = r->at++;
	enum status status;

	if (r->depth == QUERY_DEPTH_MAX)
		return reader_fail(r, open, E_LIMIT, "too many groups in groups",
				   "take the inner parentheses away");
	r->depth++;
	status = read_any(r, q, ret);
	r->depth--;
	if (status != S_OK)
		return status;
	if (r->text[r->at] != ')')
		return reader_fail(r, open, E_INVALID, "a parenthesis is opened and not closed",
				   "end the group with ), or quote the text: \"(\"");
	r->at++;
	return S_OK;
}

static enum status read_term(struct reader *r, struct query *q, uint8_t *ret, bool *ret_unlike)
{
	enum status status;

	if (q->count == QUERY_TERMS_MAX)
		return reader_fail(r, r->at, E_LIMIT, "too many terms", "leave some out");
	status = add_node(r, q, NODE_TERM, ret);
	if (status != S_OK)
		return status;
	q->nodes[*ret].term = (uint8_t)q->count;
	return reader_term(r, &q->terms[q->count++], ret_unlike);
}

/* As some write it: AND, OR and NOT, in capitals only. */
static bool is_word(const struct reader *r, const char *word)
{
	size_t len = strlen(word);

	return strncmp(r->text + r->at, word, len) == 0 && reader_is_end(r, r->text[r->at + len]);
}

static void skip_spaces(struct reader *r)
{
	while (reader_is_space(r->text[r->at]))
		r->at++;
}

/* Each turns it round; a word that begins with a sign is quoted. */
static bool read_negation(struct reader *r)
{
	bool negated = false;

	for (;;) {
		if (is_word(r, "NOT")) {
			r->at += strlen("NOT");
			skip_spaces(r);
		} else if (r->text[r->at] == '-' || r->text[r->at] == '!') {
			r->at++;
		} else {
			return negated;
		}
		negated = !negated;
	}
}

static enum status read_one(struct reader *r, struct query *q, uint8_t *ret)
{
	size_t begin = r->at;
	bool negated = read_negation(r);
	bool unlike = false;
	enum status status;
	char c = r->text[r->at];

	if (r->at > begin && reader_is_end(r, c))
		return reader_fail(r, begin, E_INVALID, "nothing is negated",
				   "write it right after the sign: -paid");
	status = c == '(' ? read_group(r, q, ret) : read_term(r, q, ret, &unlike);
	if (status != S_OK)
		return status;
	if (!reader_is_end(r, r->text[r->at]))
		return reader_fail(r, r->at, E_INVALID, "a space is missing",
				   "put a space between two terms");
	if (negated != unlike)
		q->nodes[*ret].negated = !q->nodes[*ret].negated;
	return S_OK;
}

/* A group of one is that one; `node` has a list of children. */
static uint8_t only_child(const struct query *q, uint8_t node)
{
	uint8_t first = q->nodes[node].first;
	return q->nodes[first].next ? node : first;
}

/* Is what comes next no item? */
static bool is_over(const struct reader *r)
{
	return reader_is_end(r, r->text[r->at]) || is_word(r, "OR");
}

static enum status fail_missing(struct reader *r)
{
	return reader_fail(r, r->at, E_INVALID, "a term is missing",
			   "write what to look for on both sides of |, and between ( and )");
}

/* Between two items; S_OK at an AND with one on either side, too. */
static enum status skip_and(struct reader *r, bool first)
{
	skip_spaces(r);
	if (!is_word(r, "AND"))
		return S_OK;
	if (first)
		return fail_missing(r);
	r->at += strlen("AND");
	skip_spaces(r);
	return is_over(r) || is_word(r, "AND") ? fail_missing(r) : S_OK;
}

static enum status read_all(struct reader *r, struct query *q, uint8_t *ret)
{
	uint8_t group = 0, child = 0;
	uint8_t *link;
	enum status status = add_node(r, q, NODE_ALL, &group);

	if (status != S_OK)
		return status;
	for (link = &q->nodes[group].first;; link = &q->nodes[child].next) {
		status = skip_and(r, child == 0);
		if (status != S_OK)
			return status;
		if (is_over(r))
			break;
		status = read_one(r, q, &child);
		if (status != S_OK)
			return status;
		*link = child;
	}
	if (!q->nodes[group].first)
		return r->text[r->at] == '\0' && r->depth == 0 && group == 2 && q->count == 0
			       ? S_OK
			       : fail_missing(r);
	*ret = only_child(q, group);
	return S_OK;
}

static enum status read_any(struct reader *r, struct query *q, uint8_t *ret)
{
	uint8_t group = 0, child = 0;
	uint8_t *link;
	enum status status = add_node(r, q, NODE_ANY, &group);

	if (status != S_OK)
		return status;
	for (link = &q->nodes[group].first;; link = &q->nodes[child].next) {
		status = read_all(r, q, &child);
		if (status != S_OK || child == 0)
			return status;
		*link = child;
		if (r->text[r->at] != '|' && !is_word(r, "OR"))
			break;
		r->at += r->text[r->at] == '|' ? 1 : strlen("OR");
	}
	*ret = only_child(q, group);
	return S_OK;
}

/* --- the whole ------------------------------------------------------------------------------- */

/* An event's row answers by itself. */
static bool term_is_of_row(const struct query_term *t)
{
	switch (t->field) {
	case QF_STATUS:
		return !term_has_saying(t);
	case QF_TYPE:
	case QF_ID:
	case QF_AMOUNT:
	case QF_AGE:
	case QF_AT:
	case QF_KIND:
		return true;
	default:
		return false;
	}
}

static bool term_ages(const struct query_term *t)
{
	if (t->field == QUERY_FIELD_COUNT)
		return false;
	if (query_field_kind(t->field) == QV_DURATION)
		return true;
	for (size_t i = 0; i < t->count; i++)
		if (t->values[i].of_day || t->values[i].saying == SAYING_LATE)
			return true;
	return false;
}

static void query_learn(struct query *q)
{
	for (size_t i = 0; i < q->count; i++) {
		q->asks_object |= !term_is_of_row(&q->terms[i]);
		q->ages |= term_ages(&q->terms[i]);
		q->terms[i].takes_ids = term_may_take_ids(&q->terms[i]);
	}
	regex_budget_fill(&q->budget);
}

static struct query *query_new(const char *text)
{
	struct query *q = xcalloc(1, sizeof(*q));

	q->text = xstrdup(text);
	q->scratch = xcalloc(1, sizeof(*q->scratch));
	q->node_count = 1; /* 0 is no node */
	return q;
}

enum status query_parse(const char *text, struct query **ret, size_t *ret_at,
			struct problem *reterr)
{
	struct reader r = {.text = text, .problem = reterr};
	struct query *q = query_new(text);
	enum status status;

	if (strlen(text) > QUERY_TEXT_MAX)
		status = reader_fail(&r, QUERY_TEXT_MAX, E_LIMIT, "the filter is too long",
				     "shorten it");
	else
		status = read_any(&r, q, &q->root);
	if (status != S_OK || q->count == 0) {
		query_free(q);
		q = NULL;
	}
	if (status == S_OK)
		*ret = q;
	else if (ret_at)
		*ret_at = r.failed_at;
	if (q)
		query_learn(q);
	return status;
}

void query_free(struct query *q)
{
	if (!q)
		return;
	for (size_t i = 0; i < q->count; i++) {
		for (size_t j = 0; j < q->terms[i].count; j++)
			needle_release(&q->terms[i].values[j]);
		free(q->terms[i].values);
	}
	free(q->text);
	free(q->scratch);
	free(q);
}

const char *query_text(const struct query *q)
{
	return q ? q->text : "";
}

const char *query_complaint(const struct query *q)
{
	return q && q->budget.spent
		       ? "the pattern takes too long: not everything was looked at, simplify it"
		       : NULL;
}

void query_refill(struct query *q)
{
	if (q)
		regex_budget_fill(&q->budget);
}

bool query_ages(const struct query *q)
{
	return q && q->ages;
}

bool query_asks_object(const struct query *q)
{
	return q && q->asks_object;
}
