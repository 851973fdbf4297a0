/* The top bar: where we are, how well we are connected, how complete what is shown is. */
#include "app/screen.h"
#include "base/strbuf.h"
#include "views/cells.h"
#include "views/proof.h"

#include <string.h>

static const struct {
	const char *words;
	enum role role;
} ENVIRONMENT_FACES[] = {
	[ENV_UNKNOWN] = {"ENVIRONMENT?", ROLE_ENV_LIVE},
	[ENV_DEMO] = {"DEMO", ROLE_ENV_DEMO},
	[ENV_DEVNET] = {"devnet", ROLE_ENV_TEST},
	[ENV_MAINNET] = {"LIVE", ROLE_ENV_LIVE},
};

/* "● LIVE", "! RECONNECTING 3, next in 4s" */
static enum role top_link(const struct screen *s, struct safe_text *t)
{
	const struct link_report *l = store_link_worst(s->store);
	enum tone tone = link_state_tone(l->state);
	char age[WHEN_TEXT_CAP];

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
	return tone_role(tone);
}

/* How old the last event is: what tells a quiet shop from a dead feed. */
static void top_last_event(const struct screen *s, struct safe_text *t, bool brief)
{
	int64_t last = store_stats(s->store)->last_event_ms;
	char age[WHEN_TEXT_CAP];

	if (last == TIME_NONE) /* none came live yet: the newest that REST or the disk brought */
		last = store_newest_ms(s->store);
	if (last == TIME_NONE)
		safe_text_set(t, brief ? "no event" : "no event yet");
	else
		safe_text_fmt(t, brief ? "event %s" : "last event %s ago",
			      when_age(age, s->wall_ms - last));
}

/* The right side of the bar, as it stands from left to right. */
enum top_part { TOP_LINK, TOP_PROOF, TOP_EVENT, TOP_RTT, TOP_CLOCK, TOP_COUNT };

struct top_parts {
	struct safe_text text[TOP_COUNT]; /* "" = left out */
	enum role role[TOP_COUNT];
};

static int top_width(const struct top_parts *p)
{
	int used = 0;

	for (int i = 0; i < TOP_COUNT; i++) {
		int w = (int)safe_text_width(&p->text[i]);

		used += w > 0 ? w + 2 : 0;
	}
	return used;
}

/* What the bar holds, best first: the first that there is room for is taken. The connection, the
 * claim and the age of the last event always stay. */
static const struct top_form {
	bool server, rtt, clock, brief;
	enum proof_form proof;
} TOP_FORMS[] = {
	{true, true, true, false, PROOF_FULL},     {true, false, true, false, PROOF_FULL},
	{true, false, true, true, PROOF_FULL},     {true, false, true, false, PROOF_MEDIUM},
	{true, false, true, true, PROOF_MEDIUM},   {true, false, true, true, PROOF_SHORT},
	{true, false, false, true, PROOF_SHORT},   {false, false, true, true, PROOF_SHORT},
	{false, false, false, false, PROOF_SHORT}, {false, false, false, true, PROOF_SHORT},
	{false, false, false, true, PROOF_WORD},
};
#define TOP_FORM_COUNT (sizeof(TOP_FORMS) / sizeof(TOP_FORMS[0]))
#define SERVER_WIDTH   20 /* more of its name is cut before anything else goes */

static void top_fill(const struct screen *s, struct top_parts *p, const struct top_form *f)
{
	const struct link_report *l = store_link_worst(s->store);
	char clock[WHEN_TEXT_CAP];
	const char *zone = "UTC";
	int64_t ahead = s->ctx.zone ? s->ctx.zone(s->ctx.now_ms, &zone) : 0;

	for (int i = 0; i < TOP_COUNT; i++) {
		safe_text_clear(&p->text[i]);
		p->role[i] = ROLE_TOPBAR;
	}
	p->role[TOP_LINK] = top_link(s, &p->text[TOP_LINK]);
	p->role[TOP_PROOF] =
		proof_claim(&p->text[TOP_PROOF], store_history(s->store), s->ctx.now_ms, f->proof);
	top_last_event(s, &p->text[TOP_EVENT], f->brief);
	if (f->rtt && s->show_rtt && l->rtt_ms >= 0)
		safe_text_fmt(&p->text[TOP_RTT], "rtt %lld ms", (long long)l->rtt_ms);
	if (f->clock)
		safe_text_fmt(&p->text[TOP_CLOCK], "%s %s",
			      when_clock(clock, s->ctx.now_ms + ahead), zone);
}

/* Fills what fits right of `x`, and says whether the server's name does too. */
static bool top_fit(const struct screen *s, struct top_parts *p, int room)
{
	int server = (int)strlen(s->ctx.server);
	size_t i = 0;

	if (server > SERVER_WIDTH)
		server = SERVER_WIDTH;
	do {
		top_fill(s, p, &TOP_FORMS[i]);
	} while (top_width(p) + (TOP_FORMS[i].server ? server + 2 : 0) > room &&
		 ++i < TOP_FORM_COUNT);
	return i < TOP_FORM_COUNT && TOP_FORMS[i].server;
}

/* Of what needs a person; the list begins with the worst. */
static enum role top_worst(const struct attention *a)
{
	enum severity worst = attention_rule_severity(attention_at(a, 0)->rule);

	return tone_role(severity_tone(worst));
}

/* The name, the environment, how much needs a person: its cells from *ret_open on, when it stands
 * there. Returns where they end. */
static int top_left(const struct screen *s, struct canvas *line, int *ret_open)
{
	size_t open = s->ctx.attention ? attention_open_count(s->ctx.attention) : 0;
	bool past = s->replay.on || s->case_face.on;
	enum role role = past ? ROLE_ENV_LIVE : ROLE_TOPBAR;
	int x = 1 + canvas_print(line, 1, 0, 0, role, "pepaytop");

	x += 1 + canvas_print(line, x + 1, 0, 0, ENVIRONMENT_FACES[s->environment].role, " %s ",
			      ENVIRONMENT_FACES[s->environment].words);
	if (s->read_only)
		x += 1 + canvas_print(line, x + 1, 0, 0, past ? role : ROLE_BADGE, " READ-ONLY ");
	*ret_open = open > 0 ? x + 1 : line->at.w;
	if (open > 0) /* the key that shows them */
		x += 1 + canvas_print(line, x + 1, 0, 0, past ? role : top_worst(s->ctx.attention),
				      "!%zu", open);
	return x;
}

static void top_live(const struct screen *s, struct canvas *line, int x)
{
	struct top_parts p;
	bool server = top_fit(s, &p, line->at.w - x);
	int at = line->at.w - top_width(&p) + 1;

	if (at < x + 1)
		at = x + 1;
	if (server)
		canvas_print(line, x + 1, 0, at - x - 2, ROLE_TOPBAR, "%s", s->ctx.server);
	for (int i = 0; i < TOP_COUNT; i++) {
		int used = canvas_text(line, at, 0, line->at.w - at, p.role[i], &p.text[i]);

		at += used > 0 ? used + 2 : 0;
	}
}

/* --- a recording ----------------------------------------------------------------- */

/* ×10, ×2.5 */
static void replay_speed(struct safe_text *t, int64_t milli, bool ascii)
{
	safe_text_addf(t, ascii ? " x%lld" : " ×%lld", (long long)(milli / 1000));
	if (milli % 1000 >= 100)
		safe_text_addf(t, ".%lld", (long long)(milli % 1000 / 100));
}

static void replay_words(const struct screen *s, struct safe_text *t, bool brief)
{
	const struct replay_face *r = &s->replay;
	char at[WHEN_TEXT_CAP];

	safe_text_set(t, " REPLAY ");
	if (brief)
		safe_text_add(t, when_clock(at, r->at_ms));
	else
		safe_text_addf(t, "%.10s %.8s UTC", when_iso(at, r->at_ms), at + 11);
	replay_speed(t, r->speed_milli, s->ctx.ascii);
	safe_text_addf(t, " · %d %%", r->percent);
	if (r->ended)
		safe_text_add(t, brief ? " · ends here" : " · the recording ends here");
	else if (r->held)
		safe_text_add(t, " · held");
	safe_text_add(t, " ");
}

/* The first keys of a command, from the key table: what the bar says can always be pressed. */
static void hint_key(const struct screen *s, struct safe_text *t, enum command cmd)
{
	char keys[KEY_NAME_CAP * 2 + 1];

	safe_text_addf(t, "%s%s", safe_text_width(t) > 0 ? " " : "",
		       keymap_keys_of(s->keymap, (int)cmd, true, keys, sizeof(keys)));
}

/* How a recording is played, in as many words as there is room for. */
enum hint_form { HINT_LONG, HINT_SHORT, HINT_KEYS, HINT_NONE };

static void replay_hint(const struct screen *s, struct safe_text *t, enum hint_form form)
{
	static const char *const HOLDS[] = {" holds ·", " holds ·", "", ""};
	static const char *const PACE[] = {" slower, faster ·", " pace ·", "", ""};
	static const char *const MINUTE[] = {" a minute back, forward", " minute", "", ""};

	safe_text_clear(t);
	if (form == HINT_NONE)
		return;
	hint_key(s, t, CMD_PAUSE);
	safe_text_add(t, HOLDS[form]);
	hint_key(s, t, CMD_SLOWER);
	hint_key(s, t, CMD_FASTER);
	safe_text_add(t, PACE[form]);
	hint_key(s, t, CMD_REWIND);
	hint_key(s, t, CMD_FORWARD);
	safe_text_add(t, MINUTE[form]);
}

/* Red from end to end: nobody may take a recording for what is happening now. */
static void top_replay(const struct screen *s, struct canvas *line, int x)
{
	struct safe_text t, hint;
	enum hint_form form = HINT_LONG;

	replay_words(s, &t, line->at.w < 100);
	x += 1 + canvas_text(line, x + 1, 0, line->at.w - x - 1, ROLE_ENV_LIVE, &t);
	do
		replay_hint(s, &hint, form);
	while ((int)safe_text_width(&hint) + 2 > line->at.w - x && ++form <= HINT_NONE);
	if (line->at.w - x > 2)
		canvas_text_right(line, line->at.w - 1, 0, line->at.w - x - 2, ROLE_ENV_LIVE,
				  &hint);
}

/* --- a case ----------------------------------------------------------------------- */

static void top_case(const struct screen *s, struct canvas *line, int x)
{
	char at[WHEN_TEXT_CAP];
	struct safe_text t;

	safe_text_fmt(&t, "CASE as of %s", when_iso(at, s->case_face.made_ms));
	if (s->case_face.server[0])
		safe_text_addf(&t, " from %s", s->case_face.server);
	x += 1 + canvas_text(line, x + 1, 0, line->at.w - x - 1, ROLE_ENV_LIVE, &t);
	safe_text_set(&t, "people are stand-ins, nothing is live");
	if ((int)safe_text_width(&t) + 3 < line->at.w - x)
		canvas_text_right(line, line->at.w - 1, 0, line->at.w - x - 2, ROLE_ENV_LIVE, &t);
}

void chrome_top(const struct screen *s, struct canvas *c)
{
	struct canvas line = canvas_sub(c, (struct rect){0, 0, c->at.w, 1});
	bool past = s->replay.on || s->case_face.on;
	enum role surface = past ? ROLE_ENV_LIVE : ROLE_TOPBAR;
	int x, open;

	canvas_clear(&line, surface);
	x = top_left(s, &line, &open);
	if (s->replay.on)
		top_replay(s, &line, x);
	else if (s->case_face.on)
		top_case(s, &line, x);
	else
		top_live(s, &line, x);
	/* The states' roles have no surface of their own: they stand on the bar's. */
	if (!past)
		canvas_overlay(&line, (struct rect){0, 0, c->at.w, 1}, ROLE_TOPBAR);
}

enum command chrome_top_at(const struct screen *s, int width, int x)
{
	struct grid *g = grid_new(width, 1, s->ctx.ascii);
	struct canvas line = canvas_whole(g);
	int open, end = top_left(s, &line, &open);

	grid_free(g);
	return x >= open && x < end ? CMD_ATTENTION : CMD_NONE;
}
