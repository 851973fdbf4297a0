/* The lines around the panes: where we are, how well we are connected, which keys help. */
#include "app/screen.h"
#include "base/strbuf.h"
#include "ui/bar.h"
#include "views/cells.h"

#include <string.h>

static const struct {
	const char *words;
	enum role role;
} ENVIRONMENTS[] = {
	[ENV_UNKNOWN] = {"ENVIRONMENT?", ROLE_ENV_LIVE},
	[ENV_DEMO] = {"DEMO", ROLE_ENV_DEMO},
	[ENV_DEVNET] = {"devnet", ROLE_ENV_TEST},
	[ENV_MAINNET] = {"LIVE", ROLE_ENV_LIVE},
};

/* "● LIVE", "! RECONNECTING 3, next in 4s" */
static void chrome_link(const struct screen *s, struct safe_text *t, enum role *ret_role)
{
	const struct link_report *l = store_link_worst(s->store);
	enum tone tone = link_state_tone(l->state);
	char age[WHEN_TEXT_CAP];

	*ret_role = tone_role(tone);
	safe_text_fmt(t, "%s %s",
		      glyph_str(tone == TONE_GOOD ? GLYPH_DOT : tone_glyph(tone), s->ctx.ascii),
		      link_state_word(l->state));
	if (l->state == LINK_RECONNECTING)
		safe_text_addf(t, " %u", l->attempt);
	if (l->state == LINK_RECONNECTING && l->next_try_mono_ms != TIME_NONE &&
	    l->next_try_mono_ms > s->mono_ms)
		safe_text_addf(t, ", next in %s",
			       when_age(age, l->next_try_mono_ms - s->mono_ms + 999));
	if (l->state == LINK_STALE)
		safe_text_addf(t, " since %s", when_clock(age, l->since_wall_ms));
}

/* How old the last event is: what tells a quiet shop from a dead feed. */
static void chrome_last_event(const struct screen *s, struct safe_text *t, bool brief)
{
	int64_t last = store_stats(s->store)->last_event_ms;
	char age[WHEN_TEXT_CAP];

	if (last == TIME_NONE)
		safe_text_set(t, brief ? "no event" : "no event yet");
	else
		safe_text_fmt(t, brief ? "event %s" : "last event %s ago",
			      when_age(age, s->wall_ms - last));
}

/* The right side of the top bar, as it stands from left to right. */
enum top_part { TOP_LINK, TOP_EVENT, TOP_RTT, TOP_CLOCK, TOP_COUNT };

struct top_parts {
	struct safe_text text[TOP_COUNT]; /* "" = left out */
	enum role link_role;
};

static int top_width(const struct top_parts *p)
{
	int w = 0;

	for (int i = 0; i < TOP_COUNT; i++) {
		if (safe_text_width(&p->text[i]) > 0)
			w += (int)safe_text_width(&p->text[i]) + 2;
	}
	return w;
}

/* The connection and the age of the last event stay; everything else goes when there is no room. */
static void chrome_top_parts(const struct screen *s, struct top_parts *p, int room)
{
	static const enum top_part GOES_FIRST[] = {TOP_RTT, TOP_CLOCK};
	const struct link_report *l = store_link_worst(s->store);
	char clock[WHEN_TEXT_CAP];

	for (int i = 0; i < TOP_COUNT; i++)
		safe_text_clear(&p->text[i]);
	chrome_link(s, &p->text[TOP_LINK], &p->link_role);
	chrome_last_event(s, &p->text[TOP_EVENT], false);
	if (s->show_rtt && l->rtt_ms >= 0)
		safe_text_fmt(&p->text[TOP_RTT], "rtt %lld ms", (long long)l->rtt_ms);
	safe_text_fmt(&p->text[TOP_CLOCK], "%s UTC", when_clock(clock, s->ctx.now_ms));
	for (size_t i = 0; i < sizeof(GOES_FIRST) / sizeof(GOES_FIRST[0]) && top_width(p) > room;
	     i++)
		safe_text_clear(&p->text[GOES_FIRST[i]]);
	if (top_width(p) > room)
		chrome_last_event(s, &p->text[TOP_EVENT], true);
}

void chrome_top(const struct screen *s, struct canvas *c)
{
	struct canvas line = canvas_sub(c, (struct rect){0, 0, c->at.w, 1});
	struct top_parts p;
	int x, at;

	canvas_clear(&line, ROLE_TOPBAR);
	x = 1 + canvas_print(&line, 1, 0, 0, ROLE_TOPBAR, "pepaytop");
	x += 1 + canvas_print(&line, x + 1, 0, 0, ENVIRONMENTS[s->environment].role, " %s ",
			      ENVIRONMENTS[s->environment].words);
	if (s->read_only)
		x += 1 + canvas_print(&line, x + 1, 0, 0, ROLE_BADGE, " READ-ONLY ");
	chrome_top_parts(s, &p, c->at.w - x);
	at = c->at.w - top_width(&p) + 1;
	if (at < x + 1)
		at = x + 1;
	if (at - x > 12)
		canvas_print(&line, x + 1, 0, at - x - 2, ROLE_TOPBAR, "%s", s->ctx.server);
	for (int i = 0; i < TOP_COUNT; i++) {
		enum role role = i == TOP_LINK ? p.link_role : ROLE_TOPBAR;
		int used = canvas_text(&line, at, 0, c->at.w - at, role, &p.text[i]);

		at += used > 0 ? used + 2 : 0;
	}
	/* The states' roles have no surface of their own: they stand on the bar's. */
	canvas_overlay(&line, (struct rect){x, 0, c->at.w - x, 1}, ROLE_TOPBAR);
}

bool chrome_banner(const struct screen *s, struct safe_text *text, enum role *ret_role)
{
	const struct link_report *l = store_link_worst(s->store);

	if (s->ctx.paused) {
		safe_text_fmt(
			text,
			"PAUSED: the panes stand still, %zu new events wait and none is lost. "
			"Z goes on.",
			s->held);
		*ret_role = ROLE_BADGE;
		return true;
	}
	if (s->sandbox_ended) {
		safe_text_set(text, "The demo's sandbox ended. R starts it again where it was.");
		*ret_role = ROLE_BAD;
		return true;
	}
	if (l->state == LINK_LIVE || l->problem.status == S_OK)
		return false;
	cell_problem(text, &l->problem);
	*ret_role = tone_role(link_state_tone(l->state));
	return true;
}

/* The commands each layer's bar shows, most useful first. */
static const enum command BAR_PANES[] = {CMD_OPEN,  CMD_FILTER, CMD_ACTIONS, CMD_NEXT_PANE,
					 CMD_ZOOM,  CMD_FOLLOW, CMD_HELP,    CMD_QUIT,
					 CMD_PAUSE, CMD_TIME,   CMD_REFRESH, CMD_THEME,
					 CMD_NONE};
static const enum command BAR_DETAIL[] = {CMD_BACK,    CMD_DOWN,    CMD_UP,   CMD_PAGE_DOWN,
					  CMD_ACTIONS, CMD_REFRESH, CMD_HELP, CMD_NONE};
static const enum command BAR_HELP[] = {CMD_BACK, CMD_DOWN, CMD_UP, CMD_PAGE_DOWN, CMD_NONE};

static void chrome_keys(const struct screen *s, struct canvas *c, int y)
{
	static const enum command *const BARS[] = {
		[LAYER_PANES] = BAR_PANES, [LAYER_DETAIL] = BAR_DETAIL, [LAYER_HELP] = BAR_HELP};
	const enum command *bar = BARS[screen_layer(s)];
	struct bar_item items[COMMAND_COUNT];
	size_t n = 0;

	for (; bar[n] != CMD_NONE; n++) {
		char keys[32];

		safe_text_set(&items[n].key,
			      keymap_keys_of(s->keymap, (int)bar[n], true, keys, sizeof(keys)));
		safe_text_set(&items[n].label, keymap_command(s->keymap, (int)bar[n])->title);
	}
	bar_draw(c, y, items, n);
}

static void chrome_hint(struct canvas *c, int y, const char *text)
{
	canvas_print(c, 1, y, c->at.w - 2, ROLE_MUTED, "%s", text);
}

void chrome_bottom(const struct screen *s, struct canvas *c, int y)
{
	switch (screen_layer(s)) {
	case LAYER_PROMPT:
		prompt_draw(&s->prompt, c, y, &s->prompt_note, s->prompt_note_role,
			    s->prompt_error_at);
		return;
	case LAYER_MENU:
		chrome_hint(c, y, "Enter chooses, Esc closes");
		return;
	case LAYER_DIALOG:
		chrome_hint(c, y, "Esc keeps everything as it is");
		return;
	case LAYER_PANES:
	case LAYER_DETAIL:
	case LAYER_HELP:
		break;
	}
	if (safe_text_width(&s->notice) > 0) {
		struct safe_text t = s->notice;

		safe_text_fit(&t, (unsigned)(c->at.w > 2 ? c->at.w - 2 : 0));
		canvas_text(c, 1, y, c->at.w - 2, s->notice_role, &t);
		return;
	}
	chrome_keys(s, c, y);
}
