/* Questions and answers: contract 4.1 (questions), 6.5. */
#include "sandbox/questions.h"

#include "base/strbuf.h"
#include "sandbox/body.h"
#include "sandbox/ledger_docs.h"
#include "sandbox/payor.h"

#define FORMS "payor_forms" /* by invoice: the answers */

static const struct json *questions_of(const struct json *holder)
{
	return json_get(json_get(holder, "questions"), "questions");
}

static bool refuse(struct reply *r, const char *what)
{
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s", what);
	return false;
}

/* --- when the invoice is made --------------------------------------------------------- */

/* The first in the list whose `key` is `id`. */
static const struct json *by_id(const struct json *list, const char *key, const char *id)
{
	for (const struct json *v = json_first(list); v; v = json_next(v))
		if (str_equal(json_string(json_get(v, key)), id))
			return v;
	return NULL;
}

static bool text_fits(const struct json *v, size_t max)
{
	const char *text = json_string(v);

	return text && *text && strlen(text) <= max;
}

static bool question_check(const struct json *list, const struct json *q, struct reply *r)
{
	const struct json *type = json_get(q, "type"), *validation = json_get(q, "validation");
	const struct json *required = json_get(validation, "required");

	if (!text_fits(json_get(q, "id"), ID_CAP) ||
	    !text_fits(json_get(q, "question"), QUESTION_TEXT_MAX))
		return refuse(r, "questions: each needs an id and a question");
	if (by_id(list, "id", json_string(json_get(q, "id"))) != q)
		return refuse(r, "questions: two have the same id");
	if (!json_is_null(type) && !text_fits(type, STATUS_CAP))
		return refuse(r, "questions: type must be a word");
	if ((!json_is_null(validation) && json_kind(validation) != JSON_OBJECT) ||
	    (!json_is_null(required) && json_kind(required) != JSON_BOOL))
		return refuse(r, "questions: validation.required must be true or false");
	return true;
}

bool questions_check(const struct call *c, struct reply *r)
{
	const struct json *holder, *list;

	if (!body_object(c, r, "questions", &holder))
		return false;
	if (!holder)
		return true;
	list = json_get(holder, "questions");
	if (!list || json_kind(list) != JSON_ARRAY)
		return refuse(r, "questions: must hold a list named questions");
	if (json_count(list) > QUESTIONS_MAX)
		return refuse(r, "questions: at most 50");
	for (const struct json *q = json_first(list); q; q = json_next(q))
		if (!question_check(list, q, r))
			return false;
	return true;
}

/* --- GET invoice-questions ---------------------------------------------------------------- */

static bool load(struct world *w, const struct call *c, struct reply *r, struct invoice *v,
		 struct json **ret_hidden)
{
	struct problem why = {0};

	if (!payor_invoice(w, c, r, v))
		return false;
	if (payor_hidden(w, v->id, ret_hidden, &why) == S_OK)
		return true;
	reply_problem(r, &why);
	return false;
}

void payor_handle_questions(struct world *w, const struct call *c, struct reply *r)
{
	struct json *hidden = NULL, *o;
	struct invoice v;
	bool any;

	if (!load(w, c, r, &v, &hidden))
		return;
	any = json_count(questions_of(hidden)) > 0;
	o = json_new_object();
	json_set_bool(o, "has_questions", any);
	if (any)
		json_set_take(o, "questions", json_copy(json_get(hidden, "questions")));
	json_free(hidden);
	reply_json_take(r, 200, o);
}

/* --- POST submit-form ----------------------------------------------------------------------- */

static bool is_required(const struct json *question)
{
	bool required = false;

	return json_bool(json_get(json_get(question, "validation"), "required"), &required) ==
		       S_OK &&
	       required;
}

/* INFERRED: `number` takes a number, `boolean` and `checkbox` true or false; the rest is text. */
static bool answer_fits(const struct json *question, const struct json *answer)
{
	const char *type = json_string(json_get(question, "type"));
	const char *text = json_string(answer);

	if (str_equal(type, "number") && json_kind(answer) == JSON_NUMBER)
		return true;
	if (str_equal(type, "boolean") || str_equal(type, "checkbox"))
		return json_kind(answer) == JSON_BOOL;
	if (!text || strlen(text) > ANSWER_TEXT_MAX)
		return false;
	return !*text || !str_equal(type, "email") || email_valid(text);
}

static bool is_empty(const struct json *answer)
{
	return json_is_null(answer) || str_equal(json_string(answer), "");
}

static bool check_answers(const struct json *questions, const struct json *responses,
			  struct reply *r)
{
	for (const struct json *a = json_first(responses); a; a = json_next(a)) {
		const char *id = json_string(json_get(a, "question_id"));
		const struct json *q = id ? by_id(questions, "id", id) : NULL;

		if (!q)
			return refuse(r, "responses: a question_id is not one of this form");
		if (by_id(responses, "question_id", id) != a)
			return refuse(r, "responses: a question is answered twice");
		if (!is_empty(json_get(a, "response")) &&
		    !answer_fits(q, json_get(a, "response"))) {
			reply_error(r, 400, CODE_VALIDATION_ERROR,
				    "responses: '%s' has an answer of the wrong type", id);
			return false;
		}
	}
	for (const struct json *q = json_first(questions); q; q = json_next(q)) {
		const char *id = json_string(json_get(q, "id"));
		const struct json *a = by_id(responses, "question_id", id);

		if (is_required(q) && is_empty(json_get(a, "response"))) {
			reply_error(r, 400, CODE_VALIDATION_ERROR, "responses: '%s' is required",
				    id);
			return false;
		}
	}
	return true;
}

static void store(struct world *w, const struct call *c, const struct json *responses,
		  struct reply *r)
{
	char *doc = json_print(responses);
	struct problem why = {0};
	struct json *o;

	if (ledger_doc_put(w->ledger, FORMS, c->invoice_id, "", TIME_NONE, doc, &why) == S_OK) {
		o = json_new_object();
		json_set_bool(o, "success", true);
		reply_json_take(r, 200, o);
	} else {
		reply_problem(r, &why);
	}
	free(doc);
}

void payor_handle_form(struct world *w, const struct call *c, struct reply *r)
{
	const struct json *responses = json_get(c->json, "responses");
	struct json *hidden = NULL;
	struct invoice v;

	if (!load(w, c, r, &v, &hidden))
		return;
	if (!responses || json_kind(responses) != JSON_ARRAY)
		refuse(r, "responses: must be a list");
	else if (json_count(responses) > QUESTIONS_MAX)
		refuse(r, "responses: at most 50");
	else if (check_answers(questions_of(hidden), responses, r))
		store(w, c, responses, r);
	json_free(hidden);
}
