#include "app/replay.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static int64_t clamped(int64_t v, int64_t least, int64_t most)
{
	return v < least ? least : v > most ? most : v;
}

/* From here on time is counted from `at_ms`. */
static void replay_rebase(struct replay *r, int64_t at_ms)
{
	r->base_ms = clamped(at_ms, r->first_ms, r->last_ms);
	r->base_mono_ms = clock_mono_ms(&r->machine);
}

static enum status replay_open_player(struct replay *r, int64_t from_ms, struct problem *reterr)
{
	struct player_options po = {.path = r->path,
				    .world = r->world,
				    .from_ms = from_ms,
				    .window = REPLAY_WINDOW,
				    .clock = r->machine};
	struct player *p;
	enum status s = player_open(&po, &p, reterr);

	if (s != S_OK)
		return s;
	player_close(r->player);
	r->player = p;
	player_span(p, &r->first_ms, &r->last_ms);
	replay_rebase(r, from_ms == TIME_NONE ? r->first_ms : from_ms);
	return S_OK;
}

enum status replay_open(struct replay *r, char *path_take, const struct world *world,
			struct clock machine, int64_t from_ms, int64_t speed_milli,
			struct problem *reterr)
{
	memset(r, 0, sizeof(*r));
	r->path = path_take;
	r->world = *world;
	r->machine = machine;
	r->speed_milli = clamped(speed_milli, REPLAY_SPEED_MIN, REPLAY_SPEED_MAX);
	return replay_open_player(r, from_ms, reterr);
}

void replay_close(struct replay *r)
{
	player_close(r->player);
	free(r->path);
	memset(r, 0, sizeof(*r));
}

int64_t replay_now_ms(const struct replay *r)
{
	int64_t passed, played;

	if (r->held)
		return r->base_ms;
	passed = clock_mono_ms(&r->machine) - r->base_mono_ms;
	if (__builtin_mul_overflow(passed, r->speed_milli, &played))
		return r->last_ms;
	return clamped(r->base_ms + played / 1000, r->first_ms, r->last_ms);
}

bool replay_ended(const struct replay *r)
{
	return replay_now_ms(r) >= r->last_ms;
}

int64_t replay_next_mono_ms(const struct replay *r)
{
	int64_t next = player_next_ms(r->player);
	int64_t ahead;

	if (r->held || next == TIME_NONE)
		return TIME_NONE;
	ahead = next > r->base_ms ? next - r->base_ms : 0;
	/* Rounded up: a moment too early would be too early for the record. */
	return r->base_mono_ms + ahead * 1000 / r->speed_milli + 1;
}

void replay_hold(struct replay *r, bool held)
{
	replay_rebase(r, replay_now_ms(r));
	r->held = held;
}

void replay_set_speed(struct replay *r, int64_t speed_milli)
{
	replay_rebase(r, replay_now_ms(r));
	r->speed_milli = clamped(speed_milli, REPLAY_SPEED_MIN, REPLAY_SPEED_MAX);
}

enum status replay_seek(struct replay *r, int64_t to_ms, bool *ret_anew, struct problem *reterr)
{
	int64_t to = clamped(to_ms, r->first_ms, r->last_ms);

	*ret_anew = to < replay_now_ms(r);
	if (*ret_anew)
		return replay_open_player(r, to, reterr);
	replay_rebase(r, to);
	return S_OK;
}

void replay_show(const struct replay *r, struct replay_face *ret)
{
	int64_t span = r->last_ms - r->first_ms;
	int64_t now = replay_now_ms(r);

	*ret = (struct replay_face){
		.on = true,
		.held = r->held,
		.ended = now >= r->last_ms,
		.at_ms = now,
		.speed_milli = r->speed_milli,
		.percent = span > 0 ? (int)((now - r->first_ms) * 100 / span) : 100,
	};
}
