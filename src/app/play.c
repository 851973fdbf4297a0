/* A recording instead of the network: what is due goes where messages go. */
#include "app/app.h"

#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

#define PLAY_MAX       64  /* messages a turn … */
#define PLAY_EVENTS    256 /* … or events */
#define PLAY_IDLE_MS   1000
#define PLAY_TURNS_MAX 100000

static int64_t play_wall_ms(void *ctx)
{
	const struct app *a = ctx;

	return replay_now_ms(&a->replay);
}

static int64_t play_mono_ms(void *ctx)
{
	const struct app *a = ctx;

	return clock_mono_ms(&a->replay.machine);
}

bool app_plays(const struct app *a)
{
	return a->replay.player != NULL;
}

void app_play_up(struct app *a)
{
	for (int i = 0; i < PLAY_TURNS_MAX && app_play(a); i++)
		;
}

enum status app_open_replay(struct app *a, struct problem *reterr)
{
	struct network_options o = app_network_options(a);
	struct world world = {.server = ""};
	struct clock machine = a->clock;
	int64_t now = clock_wall_ms(&machine);
	char *path = NULL;
	enum status s = network_history_path(&o, &path, reterr);

	if (s != S_OK)
		return s;
	/* A file that was named is played whoever it belongs to. */
	if (!a->config.history)
		network_world(&o, &world);
	s = replay_open(&a->replay, path, &world, machine, when_asked_at(&a->config.from, now),
			a->config.speed_milli, reterr);
	if (s != S_OK)
		return s;
	a->screen.ctx.no_server = "a recording has no server";
	a->clock = (struct clock){play_wall_ms, play_mono_ms, a};
	if (str_equal(player_world(a->replay.player)->server, "demo"))
		a->screen.environment = ENV_DEMO;
	app_play_up(a);
	return S_OK;
}

bool app_play(struct app *a)
{
	int64_t until = replay_now_ms(&a->replay), at;
	size_t events = 0;

	for (int i = 0; i < PLAY_MAX && events < PLAY_EVENTS; i++) {
		struct msg *m = player_take(a->replay.player, until, &at);

		if (!m)
			return false;
		events += m->kind == MSG_EVENTS ? m->as.events.count : 0;
		app_take(a, m, at);
	}
	return true;
}

static void app_play_seek(struct app *a, int64_t by_ms)
{
	struct store *old = a->store;
	struct problem problem;
	struct safe_text text;
	bool anew;

	if (replay_seek(&a->replay, replay_now_ms(&a->replay) + by_ms, &anew, &problem) != S_OK) {
		safe_text_fmt(&text, "%s. %s", problem.what, problem.next);
		screen_notice(&a->screen, ROLE_BAD, &text);
		return;
	}
	if (anew) {
		a->store = store_new();
		app_attend_anew(a);
		screen_set_store(&a->screen, a->store);
		store_free(old);
	}
	app_play_up(a);
}

void app_play_wish(struct app *a, enum wish wish)
{
	struct replay *r = &a->replay;

	switch (wish) {
	case WISH_PAUSE:
		replay_hold(r, !r->held);
		break;
	case WISH_SLOWER:
		replay_set_speed(r, r->speed_milli / 2);
		break;
	case WISH_FASTER:
		replay_set_speed(r, r->speed_milli * 2);
		break;
	case WISH_REWIND:
		app_play_seek(a, -REPLAY_STEP_MS);
		break;
	case WISH_FORWARD:
		app_play_seek(a, REPLAY_STEP_MS);
		break;
	default:
		break;
	}
	screen_changed(&a->screen, TOPIC_ALL);
}

void app_play_answer(struct app *a)
{
	for (size_t i = 0; i < a->outbox.count; i++) {
		const struct request rq = a->outbox.items[i];

		if (!request_is_of_someone(&rq))
			continue;
		screen_changed(&a->screen,
			       store_submitted(a->store, &rq, clock_wall_ms(&a->clock)));
		app_take(a, player_answer(a->replay.player, &rq), clock_wall_ms(&a->clock));
	}
	a->outbox.count = 0;
}

int app_play_wait_ms(const struct app *a)
{
	const struct replay *r = &a->replay;
	int64_t now = replay_now_ms(r);
	int64_t next = replay_next_mono_ms(r);
	int64_t wait;

	if (r->held || now >= r->last_ms)
		return PLAY_IDLE_MS;
	wait = (1000 - now % 1000) * 1000 / r->speed_milli + 1;
	if (next != TIME_NONE && next - clock_mono_ms(&r->machine) < wait)
		wait = next - clock_mono_ms(&r->machine);
	return wait < 0 ? 0 : wait < PLAY_IDLE_MS ? (int)wait : PLAY_IDLE_MS;
}
