/* What a script can see of the application, and do to it. */
#include "app/app.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>

/* The view on top by its name, or what takes the keys. */
static const char *host_view(const struct app *a)
{
	static const char *const LAYER_NAMES[] = {
		[LAYER_PANES] = "panes",
		[LAYER_PROMPT] = "prompt",
		[LAYER_MENU] = "menu",
		[LAYER_DIALOG] = "dialog",
	};
	enum layer layer = screen_layer(&a->screen);

	return layer == LAYER_VIEW ? a->screen.stack[a->screen.depth - 1].ops->name
				   : LAYER_NAMES[layer];
}

static int64_t count_of(const struct app *a, enum object_kind k)
{
	return (int64_t)store_record_count(a->store, k);
}

static size_t focused_rows(struct app *a, bool total)
{
	struct view *v = screen_focused(&a->screen);
	size_t shown, all;

	v->ops->counts(v, &shown, &all);
	return total ? all : shown;
}

static size_t loaded_kinds(const struct app *a)
{
	size_t n = 0;

	for (int k = OBJECT_NONE; k < OBJECT_KIND_COUNT; k++)
		n += store_load(a->store, (enum object_kind)k) == LOAD_DONE;
	return n;
}

static bool host_number(struct app *a, const char *name, int64_t *ret)
{
	const struct store_stats *stats = store_stats(a->store);
	const struct history_report *history = store_history(a->store);
	const struct {
		const char *name;
		int64_t value;
	} numbers[] = {
		{"events", (int64_t)store_event_count(a->store)},
		{"received", (int64_t)stats->events_received},
		{"duplicates", (int64_t)stats->duplicates},
		{"gaps", (int64_t)stats->gaps},
		{"bad-frames", (int64_t)stats->bad_frames},
		{"invoices", count_of(a, OBJECT_INVOICE)},
		{"payments", count_of(a, OBJECT_PAYMENT)},
		{"orders", count_of(a, OBJECT_ORDER)},
		{"payouts", count_of(a, OBJECT_PAYOUT)},
		{"kyc", count_of(a, OBJECT_KYC)},
		{"actions", (int64_t)store_action_count(a->store)},
		{"rows", (int64_t)focused_rows(a, false)},
		{"total", (int64_t)focused_rows(a, true)},
		{"loaded", (int64_t)loaded_kinds(a)},
		{"pending", (int64_t)(a->pending + a->outbox.count)},
		{"held", (int64_t)a->held_events},
		{"attention", (int64_t)attention_open_count(a->attention)},
		{"paused", a->screen.ctx.paused || a->replay.held},
		{"played", a->screen.replay.percent},
		{"zoomed", a->screen.zoomed},
		{"on-disk", (int64_t)history->events},
		{"proven", history->proven_to_ms},
		{"repairs", (int64_t)history->repairs},
		{"repaired", (int64_t)history->repaired_events},
		{"unknown", (int64_t)history->unknown},
		{"alarms", (int64_t)history->alarms},
		{"incidents", (int64_t)store_incident_count(a->store)},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (str_equal(numbers[i].name, name)) {
			*ret = numbers[i].value;
			return true;
		}
	}
	return false;
}

/* "AUTH FAILED" as "auth-failed": one word, as scripts and shells like it. */
static const char *host_lower(char buf[SCRIPT_WORD_CAP], const char *word)
{
	size_t i;

	for (i = 0; word[i] != '\0' && i < SCRIPT_WORD_CAP - 1; i++)
		buf[i] = word[i] == ' ' ? '-' : (char)tolower((unsigned char)word[i]);
	buf[i] = '\0';
	return buf;
}

static const char *host_state(struct app *a)
{
	if (app_plays(a))
		return "replay";
	return host_lower(a->state_word, link_state_word(store_link_worst(a->store)->state));
}

static const char *host_outcome(struct app *a)
{
	const struct action *last;

	if (store_action_count(a->store) == 0)
		return "none";
	last = store_action(a->store, 0);
	return last->in_flight ? "pending"
			       : host_lower(a->outcome_word, outcome_word(last->outcome));
}

static bool host_word(struct app *a, const char *name, const char **ret)
{
	const struct history_report *history = store_history(a->store);
	const struct {
		const char *name;
		const char *value;
	} words[] = {
		{"state", host_state(a)},
		{"outcome", host_outcome(a)},
		{"focus", screen_focused(&a->screen)->ops->name},
		{"view", host_view(a)},
		{"theme", theme_name(a->theme)},
		{"history", host_lower(a->history_word, history_mode_word(history->mode))},
		{"proof", host_lower(a->proof_word, proof_state_word(history->proof))},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_equal(words[i].name, name)) {
			*ret = words[i].value;
			return true;
		}
	}
	return false;
}

static bool host_value(void *ctx, const char *name, int64_t *ret_number, const char **ret_word)
{
	struct app *a = ctx;

	*ret_word = NULL;
	return host_number(a, name, ret_number) || host_word(a, name, ret_word);
}

static char *host_text(void *ctx, enum script_text what)
{
	struct app *a = ctx;

	switch (what) {
	case TEXT_OBJECTS:
		return app_objects_text(a->store);
	case TEXT_INCIDENTS:
		return app_incidents_text(a->store);
	case TEXT_SCREEN:
	case TEXT_STYLED:
		break;
	}
	app_paint(a);
	return what == TEXT_STYLED ? grid_to_styled_text(a->grid) : grid_to_text(a->grid);
}

static void host_key(void *ctx, struct key k)
{
	app_press(ctx, k);
}

static void host_resize(void *ctx, int width, int height)
{
	app_resize(ctx, width, height);
}

static enum status host_advance(void *ctx, int64_t ms)
{
	struct app *a = ctx;

	if (!a->config.frozen_clock)
		return E_UNSUPPORTED;
	a->frozen.wall_ms += ms;
	a->frozen.mono_ms += ms;
	atomic_store(&a->shared_wall_ms, a->frozen.wall_ms);
	if (app_plays(a))
		app_play_up(a);
	screen_changed(&a->screen, TOPIC_ALL);
	pace_want(&a->pace, PACE_NOW);
	return S_OK;
}

struct script_host app_script_host(struct app *a)
{
	return (struct script_host){
		.ctx = a,
		.value = host_value,
		.text = host_text,
		.key = host_key,
		.resize = host_resize,
		.advance = host_advance,
	};
}
