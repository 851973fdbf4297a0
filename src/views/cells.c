#include "views/cells.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>

#define WHEN_CLOCK_WIDTH 8

static const struct tone_look {
	enum role role;
	enum glyph glyph;
} LOOKS[] = {
	[TONE_NEUTRAL] = {ROLE_NEUTRAL, GLYPH_DOT}, [TONE_WAITING] = {ROLE_WAITING, GLYPH_RING},
	[TONE_ACTIVE] = {ROLE_ACTIVE, GLYPH_HALF},  [TONE_GOOD] = {ROLE_GOOD, GLYPH_CHECK},
	[TONE_WARN] = {ROLE_WARN, GLYPH_BANG},      [TONE_BAD] = {ROLE_BAD, GLYPH_CROSS},
	[TONE_DEAD] = {ROLE_DEAD, GLYPH_DASH},
};

enum role tone_role(enum tone t)
{
	return LOOKS[t].role;
}

enum glyph tone_glyph(enum tone t)
{
	return LOOKS[t].glyph;
}

static enum role cell_word(struct safe_text *t, const struct word *w, const char *status,
			   const char *shown, bool ascii)
{
	enum tone tone = w ? w->tone : TONE_NEUTRAL;

	if (w)
		safe_text_fmt(t, "%s %s", glyph_str(tone_glyph(tone), ascii), shown);
	else if (status[0] != '\0')
		safe_text_fmt(t, "? %s%s", shown, status);
	else
		safe_text_set(t, "-");
	return tone_role(tone);
}

enum role cell_state(struct safe_text *t, enum vocab v, const char *status, bool ascii)
{
	const struct word *w = vocab_find(v, status);

	return cell_word(t, w, status, w ? w->wire : "", ascii);
}

enum role cell_state_words(struct safe_text *t, enum vocab v, const char *status, bool ascii)
{
	const struct word *w = vocab_find(v, status);

	return cell_word(t, w, status, w ? w->words : "unknown: ", ascii);
}

enum role cell_state_glyph(struct safe_text *t, enum vocab v, const char *status, bool ascii)
{
	const struct word *w = vocab_find(v, status);

	safe_text_set(t, w ? glyph_str(tone_glyph(w->tone), ascii) : "?");
	return tone_role(w ? w->tone : TONE_NEUTRAL);
}

void cell_usd(struct safe_text *t, int64_t usd_millis)
{
	char buf[MONEY_TEXT_CAP];

	safe_text_set(t, money_format(buf, money_usd_millis(usd_millis), MONEY_ALIGNED));
}

const char *cell_amount(char buf[CELL_AMOUNT_CAP], struct money m)
{
	char plain[MONEY_TEXT_CAP], aligned[MONEY_TEXT_CAP];
	int pad = (int)strlen(money_format(aligned, m, MONEY_ALIGNED)) -
		  (int)strlen(money_format(plain, m, MONEY_PLAIN));

	str_printf(buf, CELL_AMOUNT_CAP, "%s %s%*s", plain, m.currency, pad > 0 ? pad : 0, "");
	return buf;
}

/* The instant as its zone's clock shows it; *ret_zone is its name. */
static int64_t in_zone(const struct view_context *ctx, int64_t ms, const char **ret_zone)
{
	*ret_zone = "UTC";
	return ctx->zone && ms >= 0 && ms <= WHEN_MAX_MS ? ms + ctx->zone(ms, ret_zone) : ms;
}

/* "13 Jan": a time of day alone would look like today's. */
static void cell_day(struct safe_text *t, int64_t ms)
{
	static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[WHEN_TEXT_CAP];
	int month;

	when_iso(iso, ms);
	month = (iso[5] - '0') * 10 + (iso[6] - '0');
	if (month < 1 || month > 12)
		safe_text_set(t, "-");
	else
		safe_text_fmt(t, "%.*s %.3s", iso[8] == '0' ? 1 : 2,
			      iso[8] == '0' ? iso + 9 : iso + 8, MONTHS + (size_t)(month - 1) * 3);
}

/* How much of "2026-01-15" two instants share: the year, the day, or nothing. */
enum shared { SHARE_NOTHING, SHARE_YEAR, SHARE_DAY };

static enum shared shared_of(int64_t a_ms, int64_t b_ms)
{
	char a[WHEN_TEXT_CAP], b[WHEN_TEXT_CAP];

	when_iso(a, a_ms);
	when_iso(b, b_ms);
	if (strncmp(a, b, strlen("2026-01-15")) == 0)
		return SHARE_DAY;
	return strncmp(a, b, strlen("2026-")) == 0 ? SHARE_YEAR : SHARE_NOTHING;
}

/* "17:52:57"; of another day "22 Nov 17:52", of another year "22 Nov 2025". */
static void cell_clock(struct safe_text *t, const struct view_context *ctx, int64_t ms)
{
	const char *zone;
	int64_t at = in_zone(ctx, ms, &zone);
	enum shared shared = shared_of(at, in_zone(ctx, ctx->now_ms, &zone));
	char buf[WHEN_TEXT_CAP];

	if (shared == SHARE_DAY) {
		safe_text_set(t, when_clock(buf, at));
		return;
	}
	cell_day(t, at);
	if (shared == SHARE_YEAR)
		safe_text_addf(t, " %.5s", when_clock(buf, at));
	else
		safe_text_addf(t, " %.4s", when_iso(buf, at));
}

void cell_when(struct safe_text *t, const struct view_context *ctx, int64_t ms)
{
	char buf[WHEN_TEXT_CAP];

	if (ms == TIME_NONE)
		safe_text_set(t, "-");
	else if (ctx->times == SHOW_CLOCK)
		cell_clock(t, ctx, ms);
	else
		safe_text_set(t, when_age(buf, ctx->now_ms - ms));
}

int cell_when_width(const struct view_context *ctx, int64_t ms)
{
	struct safe_text t;

	if (ms == TIME_NONE)
		return WHEN_CLOCK_WIDTH;
	cell_clock(&t, ctx, ms);
	return safe_text_width(&t) > WHEN_CLOCK_WIDTH ? (int)safe_text_width(&t) : WHEN_CLOCK_WIDTH;
}

const char *cell_zone(const struct view_context *ctx)
{
	const char *zone;

	(void)in_zone(ctx, ctx->now_ms, &zone);
	return zone;
}

static void moment_in(struct safe_text *t, int64_t ms, int64_t now_ms, const char *zone)
{
	char buf[WHEN_TEXT_CAP];
	enum shared shared = shared_of(ms, now_ms);
	struct safe_text day;

	safe_text_fmt(t, "%s %s", when_clock(buf, ms), zone);
	if (shared == SHARE_DAY)
		return;
	cell_day(&day, ms);
	safe_text_addf(t, " on %s", safe_text_str(&day));
	if (shared == SHARE_NOTHING)
		safe_text_addf(t, " %.4s", when_iso(buf, ms));
}

void cell_moment(struct safe_text *t, int64_t ms, int64_t now_ms)
{
	moment_in(t, ms, now_ms, "UTC");
}

void cell_when_full(struct safe_text *t, const struct view_context *ctx, int64_t ms)
{
	const char *zone, *zone_now;
	char rel[WHEN_TEXT_CAP];
	int64_t at = in_zone(ctx, ms, &zone);

	if (ms == TIME_NONE) {
		safe_text_set(t, "-");
		return;
	}
	moment_in(t, at, in_zone(ctx, ctx->now_ms, &zone_now), zone);
	safe_text_addf(t, ", %s", when_relative(rel, ms, ctx->now_ms));
}

void cell_wire_word(struct safe_text *t, const char *word)
{
	char said[NAME_CAP];
	size_t n = 0;

	if (word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] != '\0' &&
	    word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0') {
		safe_text_set(t, word);
		return;
	}
	for (; word[n] != '\0' && n < sizeof(said) - 1; n++)
		said[n] = word[n] == '_' ? ' ' : (char)tolower((unsigned char)word[n]);
	said[n] = '\0';
	safe_text_set(t, said);
}

int64_t cell_our_now(const struct view_context *ctx)
{
	return ctx->wall_ms != 0 ? ctx->wall_ms : ctx->now_ms;
}

void cell_problem(struct safe_text *t, const struct problem *p)
{
	safe_text_clear(t);
	cell_add_problem(t, p);
}

void cell_add_problem(struct safe_text *t, const struct problem *p)
{
	const char *parts[] = {p->what, p->next};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		size_t n = strlen(parts[i]);

		if (n == 0)
			continue;
		safe_text_addf(t, "%s%c%s%s", safe_text_width(t) > 0 ? " " : "",
			       toupper((unsigned char)parts[i][0]), parts[i] + 1,
			       strchr(".!?", parts[i][n - 1]) ? "" : ".");
	}
}

/* Short nouns for the objects events are about. */
static const char *const NOUNS[OBJECT_KIND_COUNT] = {
	[OBJECT_INVOICE] = "invoice", [OBJECT_PAYMENT] = "payment", [OBJECT_ORDER] = "order",
	[OBJECT_PAYOUT] = "payout",   [OBJECT_KYC] = "KYC",         [OBJECT_DEPOSIT] = "deposit",
	[OBJECT_REFUND] = "refund",
};

static bool event_is_birth(const struct event_brief *e)
{
	size_t n = strlen(e->type);

	return n > 8 && strcmp(e->type + n - 8, ".created") == 0;
}

/* A settled payment's news is its settlement, not its old confirmation. */
static enum vocab event_news(const struct event_brief *e, const char **ret_status,
			     const char **ret_noun)
{
	*ret_noun = NOUNS[e->kind];
	*ret_status = e->status;
	if (e->kind == OBJECT_PAYMENT && strcmp(e->status, "confirmed") == 0 &&
	    e->settlement_status[0] != '\0' && strcmp(e->settlement_status, "pending") != 0) {
		*ret_status = e->settlement_status;
		return VOCAB_SETTLEMENT;
	}
	return kind_info(e->kind)->vocab;
}

enum role cell_event(struct safe_text *t, const struct event_brief *e, bool ascii)
{
	const char *status, *noun;
	const struct word *w;
	enum vocab v;

	if (e->kind == OBJECT_NONE) {
		safe_text_fmt(t, "%s %s", glyph_str(tone_glyph(TONE_NEUTRAL), ascii), e->type);
		return e->flawed ? ROLE_WARN : ROLE_NEUTRAL;
	}
	v = event_news(e, &status, &noun);
	w = vocab_find(v, status);
	if (!w) {
		safe_text_fmt(t, "? %s unknown: %s", noun, status);
		return ROLE_WARN;
	}
	if (event_is_birth(e) && e->kind != OBJECT_PAYMENT)
		safe_text_fmt(t, "%s new %s", glyph_str(tone_glyph(w->tone), ascii), noun);
	else
		safe_text_fmt(t, "%s %s %s", glyph_str(tone_glyph(w->tone), ascii), noun, w->words);
	return tone_role(w->tone);
}

const char *event_customer(const struct event_brief *e, const struct store *st)
{
	const struct record *invoice;

	if (e->kind != OBJECT_PAYMENT && e->kind != OBJECT_REFUND)
		return e->customer;
	invoice = store_record(st, OBJECT_INVOICE, e->invoice);
	return invoice ? object_customer(&invoice->object) : "";
}
