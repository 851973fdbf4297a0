#include "sandbox/world.h"

int64_t world_now_ms(const struct world *w)
{
	return w->now_ms;
}

int64_t world_target_ms(const struct world *w)
{
	int64_t elapsed, target;

	if (w->frozen)
		return w->now_ms;
	elapsed = clock_mono_ms(&w->real) - w->started_mono_ms;
	target = w->epoch_ms + (int64_t)((double)elapsed * w->speed);
	return target > w->now_ms ? target : w->now_ms;
}

void world_advance_to(struct world *w, int64_t ms)
{
	if (ms > w->now_ms)
		w->now_ms = ms;
}

void world_restart_at(struct world *w, int64_t ms)
{
	w->now_ms = ms;
	w->epoch_ms = ms;
	w->started_mono_ms = clock_mono_ms(&w->real);
}

void world_wake(struct world *w)
{
	if (w->on_event)
		w->on_event(w->on_event_ctx);
}
