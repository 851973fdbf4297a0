/* Numbers in a filter: times as they are read, and all of them as they are written. */
#include "model/query_priv.h"

#include "base/alloc.h"

#include <strings.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* --- times --------------------------------------------------------------------------------- */

static bool two_digits(const char *s, int64_t below, int64_t *ret)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return false;
	*ret = (s[0] - '0') * 10 + (s[1] - '0');
	return *ret < below;
}

/* "14:00" is that minute, "14:00:30" that second, of the day one looks. */
static bool read_clock(const char *s, struct needle *ret)
{
	int64_t h, m, sec = 0;
	size_t len = strlen(s);

	if ((len != 5 && len != 8) || s[2] != ':' || !two_digits(s, 24, &h) ||
	    !two_digits(s + 3, 60, &m))
		return false;
	if (len == 8 && (s[5] != ':' || !two_digits(s + 6, 60, &sec)))
		return false;
	ret->low = h * HOUR_MS + m * MINUTE_MS + sec * SECOND_MS;
	ret->high = ret->low + (len == 8 ? SECOND_MS : MINUTE_MS) - 1;
	ret->of_day = true;
	return true;
}

/* "2026-01-15" is that day, "2026-01-15T14:00" that minute; a zone may follow, else it is UTC. */
static bool read_date(const char *s, struct needle *ret)
{
	char whole[WHEN_TEXT_CAP];
	size_t len = strlen(s);
	int64_t span = SECOND_MS;

	if (len < 10 || len > 25 || (len > 10 && s[10] != 'T' && s[10] != 't'))
		return false;
	if (len == 10) {
		str_printf(whole, sizeof(whole), "%sT00:00:00Z", s);
		span = DAY_MS;
	} else {
		bool seconds = len >= 19 && s[16] == ':';
		const char *zone = len < 16 ? "" : s + (seconds ? 19 : 16);

		str_printf(whole, sizeof(whole), "%.10sT%.*s%s%s", s, seconds ? 8 : 5, s + 11,
			   seconds ? "" : ":00", zone[0] == '\0' || zone[0] == 'z' ? "Z" : zone);
		span = seconds ? SECOND_MS : MINUTE_MS;
	}
	if (when_parse(whole, &ret->low) != S_OK)
		return false;
	ret->high = ret->low + span - 1;
	return true;
}

bool query_time_read(const char *text, struct needle *ret)
{
	int64_t day = strcasecmp(text, "yesterday") == 0 ? -1 : 0;

	if (day == 0 && strcasecmp(text, "today") != 0)
		return read_clock(text, ret) || read_date(text, ret);
	ret->low = day * DAY_MS;
	ret->high = ret->low + DAY_MS - 1;
	ret->of_day = true;
	return true;
}

/* --- durations and money -------------------------------------------------------------------- */

/* The first part, "30m" of "30m10s", into `part`; returns what follows. */
static const char *next_part(const char *text, char *part, size_t cap)
{
	size_t digits = strspn(text, "0123456789");
	size_t len = digits + (text[digits] != '\0');

	if (digits == 0 || len >= cap)
		return NULL;
	memcpy(part, text, len);
	part[len] = '\0';
	return text + len;
}

static enum status read_part(char *part, int64_t *ret_ms)
{
	size_t last = strlen(part) - 1;
	bool weeks = part[last] == 'w';
	enum status status;

	if (weeks)
		part[last] = 'd';
	status = when_parse_duration(part, ret_ms);
	if (status == S_OK && weeks && __builtin_mul_overflow(*ret_ms, 7, ret_ms))
		return E_LIMIT;
	return status;
}

enum status query_duration_read(const char *text, int64_t *ret_ms)
{
	char part[24];
	int64_t sum = 0, ms;

	for (bool first = true; *text || first; first = false) {
		enum status status;

		text = next_part(text, part, sizeof(part));
		if (!text || (!first && *text == '\0' && part[strlen(part) - 1] <= '9'))
			return E_INVALID; /* "2h30" */
		status = read_part(part, &ms);
		if (status != S_OK)
			return status;
		if (__builtin_add_overflow(sum, ms, &sum))
			return E_LIMIT;
	}
	*ret_ms = sum;
	return S_OK;
}

enum status query_money_read(const char *text, int64_t *ret_millis)
{
	char number[64];
	size_t len;
	bool thousands;

	text += *text == '$';
	len = strlen(text);
	if (len > 3 && strcasecmp(text + len - 3, "usd") == 0)
		len -= 3;
	else if (len > 1 && text[len - 1] == '$')
		len--;
	thousands = len > 1 && (text[len - 1] | 0x20) == 'k';
	len -= thousands;
	if (len >= sizeof(number))
		return E_INVALID;
	memcpy(number, text, len);
	number[len] = '\0';
	return money_parse_decimal(number, USD_MILLIS_EXPONENT + (thousands ? 3 : 0), ret_millis);
}

int64_t query_day_start(int64_t now_ms)
{
	int64_t into = now_ms % DAY_MS;
	return now_ms - (into < 0 ? into + DAY_MS : into);
}

/* --- writing ------------------------------------------------------------------------------- */

static void write_money(struct strbuf *sb, int64_t millis)
{
	char buf[MONEY_TEXT_CAP];
	size_t len;

	money_decimal(buf, millis, USD_MILLIS_EXPONENT);
	len = strlen(buf);
	while (len > 0 && buf[len - 1] == '0')
		len--;
	if (len > 0 && buf[len - 1] == '.')
		len--;
	strbuf_add(sb, buf, len);
}

static void write_duration(struct strbuf *sb, int64_t ms)
{
	static const struct {
		int64_t ms;
		char letter;
	} units[] = {{DAY_MS, 'd'}, {HOUR_MS, 'h'}, {MINUTE_MS, 'm'}, {SECOND_MS, 's'}};
	size_t i = 0;

	while (i < 3 && (ms == 0 || ms % units[i].ms != 0))
		i++;
	strbuf_addf(sb, "%lld%c", (long long)(ms / units[i].ms), units[i].letter);
}

/* The instant `ms` as a value that spans `span`. */
static void write_time(struct strbuf *sb, int64_t ms, int64_t span, bool of_day)
{
	char iso[WHEN_TEXT_CAP];

	if (of_day && (ms < 0 || span == DAY_MS)) {
		strbuf_addstr(sb, ms < 0 ? "yesterday" : "today");
	} else if (of_day) {
		strbuf_addf(sb, "%02d:%02d", (int)(ms / HOUR_MS), (int)(ms / MINUTE_MS % 60));
		if (span == SECOND_MS)
			strbuf_addf(sb, ":%02d", (int)(ms / SECOND_MS % 60));
	} else {
		when_iso(iso, ms);
		strbuf_addf(sb, "%.*s", span == DAY_MS ? 10 : span == MINUTE_MS ? 16 : 19, iso);
	}
}

static void write_end(struct strbuf *sb, enum query_field f, int64_t at, int64_t span, bool of_day)
{
	switch (query_field_kind(f)) {
	case QV_MONEY:
		write_money(sb, at);
		break;
	case QV_DURATION:
		write_duration(sb, at);
		break;
	case QV_TIME:
		write_time(sb, at, span, of_day);
		break;
	default:
		strbuf_addf(sb, "%lld", (long long)at);
		break;
	}
}

/* How finely an end of a range must be written, so that it stays what it is. */
static int64_t span_of(int64_t edge, bool of_day)
{
	if (!of_day && edge % DAY_MS == 0)
		return DAY_MS;
	return edge % MINUTE_MS == 0 ? MINUTE_MS : SECOND_MS;
}

/* Is it written without dots? */
static bool is_single(enum query_field f, enum query_op op, const struct needle *n)
{
	int64_t span;

	if (n->from_open || n->till_open)
		return false;
	if (query_field_kind(f) == QV_DURATION && op == QOP_IS)
		return false;
	if (query_field_kind(f) != QV_TIME)
		return n->low == n->high;
	span = n->high - n->low + 1;
	if (span == DAY_MS)
		return n->of_day ? n->low == 0 || n->low == -DAY_MS : n->low % DAY_MS == 0;
	return (span == MINUTE_MS && n->low % MINUTE_MS == 0) || span == SECOND_MS;
}

void query_number_write(enum query_field f, enum query_op op, struct needle *n)
{
	struct strbuf sb;

	strbuf_init(&sb, 256);
	if (is_single(f, op, n)) {
		write_end(&sb, f, n->low, n->high - n->low + 1, n->of_day);
	} else {
		if (!n->from_open)
			write_end(&sb, f, n->low, span_of(n->low, n->of_day), n->of_day);
		strbuf_addstr(&sb, "..");
		if (!n->till_open && query_field_kind(f) == QV_TIME)
			write_end(&sb, f, n->high, span_of(n->high + 1, n->of_day), n->of_day);
		else if (!n->till_open)
			write_end(&sb, f, n->high, 1, n->of_day);
	}
	n->len = sb.len;
	n->ascii = true;
	free(n->text);
	n->text = strbuf_take(&sb);
}
