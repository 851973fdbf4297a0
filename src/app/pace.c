#include "app/pace.h"

void pace_want(struct pace *p, enum pace_need need)
{
	if (need > p->need)
		p->need = need;
}

int pace_wait_ms(const struct pace *p, int64_t now_ms)
{
	int64_t frame = p->painted_ms + PACE_FRAME_MS;
	int64_t saved = p->spent_ms - (int64_t)(PACE_BURST - 1) * PACE_SUSTAINED_MS;
	int64_t at = frame > saved ? frame : saved;

	if (p->need == PACE_NOTHING)
		return -1;
	if (p->need == PACE_NOW || at <= now_ms)
		return 0;
	return (int)(at - now_ms);
}

void pace_painted(struct pace *p, int64_t now_ms)
{
	if (p->need == PACE_EVENTS) {
		p->painted_ms = now_ms;
		p->spent_ms = (p->spent_ms > now_ms ? p->spent_ms : now_ms) + PACE_SUSTAINED_MS;
	}
	p->need = PACE_NOTHING;
}
