/* GET /_sandbox/state and the scenario: contract 15.5. */
#include "base/strbuf.h"
#include "sandbox/control.h"
#include "sandbox/director.h"
#include "sandbox/ledger.h"
#include "sandbox/scenario.h"

#define SPEED_MIN 0.1
#define SPEED_MAX 1000.0
#define STEP_MAX  2000 /* things that happen without an event, before a step gives up */

static const char *scenario_state(const struct world *w)
{
	if (director_paused(w->control->director))
		return "paused";
	return w->frozen ? "frozen" : "running";
}

/* --- state ------------------------------------------------------------------------------ */

static enum status count_kind(struct world *w, enum object_kind kind, struct json *objects,
			      struct problem *reterr)
{
	const struct kind_info *info = kind_info(kind);
	struct json *counts = json_new_object();
	int64_t total = 0;
	enum status st = S_OK;

	for (size_t i = 1; i <= vocab_count(info->vocab) && st == S_OK; i++) {
		const struct word *word = vocab_word(info->vocab, (int)i);
		struct ledger_filter f = {.kind = kind,
					  .status = word->wire,
					  .created_from_ms = TIME_NONE,
					  .created_to_ms = TIME_NONE};
		int64_t n = 0, amount;

		st = ledger_total(w->ledger, &f, &n, &amount, reterr);
		json_set_int(counts, word->wire, n);
		total += n;
	}
	json_set_int(counts, "total", total);
	json_set_take(objects, info->wire, counts);
	return st;
}

static bool take_id(void *ctx, const struct ledger_event *e)
{
	str_copy(ctx, ID_CAP, e->id);
	return false;
}

static enum status describe_events(struct world *w, struct json *o, struct problem *reterr)
{
	struct json *events = json_set_object(o, "events");
	enum status st = S_OK;

	json_set_int(events, "count", ledger_event_count(w->ledger));
	for (int newest = 0; newest < 2 && st == S_OK; newest++) {
		struct ledger_event_filter f = {.created_from_ms = TIME_NONE,
						.created_to_ms = TIME_NONE,
						.newest_first = newest != 0,
						.limit = 1};
		char id[ID_CAP] = "";
		bool more;

		st = ledger_events(w->ledger, &f, take_id, id, &more, reterr);
		json_set_string(events, newest ? "last_id" : "first_id", *id ? id : NULL);
	}
	return st;
}

static struct json *scenario_json(const struct world *w)
{
	const char *said = director_caption(w->control->director);
	struct json *o = json_new_object();

	json_set_string(o, "name", director_scenario(w->control->director));
	json_set_string(o, "state", scenario_state(w));
	json_set_int(o, "live_events", director_live_events(w->control->director));
	json_set_string(o, "caption", *said ? said : NULL);
	json_set_int(o, "skipped", director_skipped(w->control->director));
	return o;
}

static void set_world(const struct world *w, struct json *o)
{
	char text[32], now[WHEN_TEXT_CAP];

	str_printf(text, sizeof(text), "%.6g", w->speed);
	json_set_number_text(o, "speed", text);
	json_set_string(o, "now", when_iso(now, w->now_ms));
	json_set_int(o, "now_ms", w->now_ms);
}

void control_handle_state(struct world *w, const struct call *c, struct reply *r)
{
	struct json *o = json_new_object();
	struct json *objects;
	struct problem why = {0};
	char hash[TRUTH_HASH_CAP] = "";
	enum status st = S_OK;

	(void)c;
	json_set_string(o, "object", "sandbox_state");
	json_set_take(o, "scenario", scenario_json(w));
	set_world(w, o);
	objects = json_set_object(o, "objects");
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT && st == S_OK; k++)
		st = count_kind(w, (enum object_kind)k, objects, &why);
	if (st == S_OK)
		st = describe_events(w, o, &why);
	if (st == S_OK)
		st = truth_hash(w, hash, &why);
	json_set_string(o, "truth_sha256", hash);
	if (st == S_OK) {
		reply_json_take(r, 200, o);
		return;
	}
	json_free(o);
	reply_problem(r, &why);
}

/* --- the scenario ------------------------------------------------------------------------- */

/* What a scenario says while it is told, in the order of its lines. */
static enum status list_captions(const char *name, struct json *row, struct problem *reterr)
{
	struct json *captions = json_new_array();
	struct scenario *s = NULL;
	enum status st = scenario_open(name, &s, reterr);

	for (size_t b = 0; st == S_OK && b < s->block_count; b++)
		for (size_t i = 0; i < s->blocks[b].count; i++) {
			const char *text = cue_text(&s->blocks[b].cues[i], WORD_CAPTION, NULL);

			if (text)
				json_append_take(captions, json_new_string(text));
		}
	json_set_take(row, "captions", captions);
	scenario_free(s);
	return st;
}

void control_handle_scenarios(struct world *w, const struct call *c, struct reply *r)
{
	struct json *o = json_new_object(), *list = json_new_array();
	const char *playing = director_scenario(w->control->director);
	struct problem why = {0};
	enum status st = S_OK;

	(void)c;
	json_set_string(o, "object", "list");
	for (const char *const *name = director_scenarios(); *name && st == S_OK; name++) {
		struct json *row = json_new_object();

		json_set_string(row, "name", *name);
		json_set_string(row, "description", director_describe(*name));
		json_set_string(row, "state",
				str_equal(*name, playing) ? scenario_state(w) : "idle");
		st = list_captions(*name, row, &why);
		json_append_take(list, row);
	}
	json_set_take(o, "data", list);
	json_set_bool(o, "has_more", false);
	if (st == S_OK) {
		reply_json_take(r, 200, o);
		return;
	}
	json_free(o);
	reply_problem(r, &why);
}

static void answer_scenario(struct world *w, enum status st, const struct problem *why,
			    struct reply *r)
{
	struct json *o;

	if (st != S_OK) {
		reply_problem(r, why);
		return;
	}
	o = scenario_json(w);
	set_world(w, o);
	json_set_int(o, "events", ledger_event_count(w->ledger));
	reply_json_take(r, 200, o);
}

/* Pause and step are for the scenario that plays. */
static enum status check_playing(const struct world *w, const struct call *c,
				 struct problem *reterr)
{
	const char *name = c->match.params[0];

	if (str_equal(name, director_scenario(w->control->director)))
		return S_OK;
	if (!director_describe(name))
		return problem_set(reterr, E_NOT_FOUND, NULL, "there is no scenario '%s'", name);
	return problem_set(reterr, E_CONFLICT, NULL, "'%s' is not playing; '%s' is", name,
			   director_scenario(w->control->director));
}

void control_handle_start(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	enum status st = director_start(w->control->director, c->match.params[0], &why);

	answer_scenario(w, st, &why, r);
}

void control_handle_pause(struct world *w, const struct call *c, struct reply *r)
{
	struct problem why = {0};
	enum status st = check_playing(w, c, &why);

	if (st == S_OK)
		director_pause(w->control->director, true);
	answer_scenario(w, st, &why, r);
}

/* Not everything that happens tells of itself: a story may only begin. */
void control_handle_step(struct world *w, const struct call *c, struct reply *r)
{
	int64_t before = ledger_event_count(w->ledger);
	struct problem why = {0};
	enum status st = check_playing(w, c, &why);

	for (int i = 0; i < STEP_MAX && st == S_OK && ledger_event_count(w->ledger) == before; i++)
		st = director_step(w->control->director, &why);
	answer_scenario(w, st, &why, r);
}

void control_handle_speed(struct world *w, const struct call *c, struct reply *r)
{
	const char *text = json_number_text(json_get(c->json, "speed"));
	double speed = text ? strtod(text, NULL) : 0;

	if (!(speed >= SPEED_MIN && speed <= SPEED_MAX)) {
		reply_error(r, 400, CODE_VALIDATION_ERROR,
			    "speed: must be a number from 0.1 to 1000");
		return;
	}
	director_set_speed(w->control->director, speed);
	answer_scenario(w, S_OK, NULL, r);
}
