#include "base/when.h"

#include "base/strbuf.h"

#include <time.h>

#define MS_SECOND 1000LL
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR   (60 * MS_MINUTE)
#define MS_DAY    (24 * MS_HOUR)
#define MS_WEEK   (7 * MS_DAY)

/* Up to here ages are told in days: "13d" says more than "1w". */
#define AGE_DAYS_MAX  14
#define AGE_WEEKS_MAX 9999

struct civil {
	int year, month, day, hour, minute, second, ms;
	int offset_minutes;
};

int64_t clock_wall_ms(const struct clock *c)
{
	return c->wall_ms(c->ctx);
}

int64_t clock_mono_ms(const struct clock *c)
{
	return c->mono_ms(c->ctx);
}

static int64_t read_clock(clockid_t id)
{
	struct timespec ts = {0};

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * MS_SECOND + ts.tv_nsec / 1000000;
}

static int64_t system_wall_ms(void *ctx)
{
	(void)ctx;
	return read_clock(CLOCK_REALTIME);
}

static int64_t system_mono_ms(void *ctx)
{
	(void)ctx;
	return read_clock(CLOCK_MONOTONIC);
}

struct clock clock_system(void)
{
	return (struct clock){.wall_ms = system_wall_ms, .mono_ms = system_mono_ms};
}

static int64_t frozen_wall_ms(void *ctx)
{
	return ((const struct frozen_time *)ctx)->wall_ms;
}

static int64_t frozen_mono_ms(void *ctx)
{
	return ((const struct frozen_time *)ctx)->mono_ms;
}

struct clock clock_frozen(struct frozen_time *t)
{
	return (struct clock){.wall_ms = frozen_wall_ms, .mono_ms = frozen_mono_ms, .ctx = t};
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days before 1 January of `year`, counted from 1970; year >= 1. */
static int64_t days_before_year(int year)
{
	int64_t past = year - 1;

	return past * 365 + past / 4 - past / 100 + past / 400 - 719162;
}

static int64_t civil_to_ms(const struct civil *c)
{
	int64_t days = days_before_year(c->year) + c->day - 1;
	int64_t minutes;

	for (int month = 1; month < c->month; month++)
		days += days_in_month(c->year, month);
	minutes = (days * 24 + c->hour) * 60 + c->minute - c->offset_minutes;
	return minutes * MS_MINUTE + c->second * MS_SECOND + c->ms;
}

/* For 0 <= ms <= WHEN_MAX_MS only. */
static struct civil civil_from_ms(int64_t ms)
{
	struct civil c = {.month = 1};
	int64_t days = ms / MS_DAY;
	int64_t rest = ms % MS_DAY;

	c.year = 1970 + (int)(days / 366);
	while (days_before_year(c.year + 1) <= days)
		c.year++;
	days -= days_before_year(c.year);
	while (days >= days_in_month(c.year, c.month))
		days -= days_in_month(c.year, c.month++);
	c.day = (int)days + 1;
	c.hour = (int)(rest / MS_HOUR);
	c.minute = (int)(rest % MS_HOUR / MS_MINUTE);
	c.second = (int)(rest % MS_MINUTE / MS_SECOND);
	return c;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly `digits` digits, then `end` unless that is 0; moves *s past both. */
static bool take_number(const char **s, int digits, char end, int *ret)
{
	int value = 0;

	for (; digits > 0; digits--, (*s)++) {
		if (!is_digit(**s))
			return false;
		value = value * 10 + (**s - '0');
	}
	if (end) {
		if (**s != end)
			return false;
		(*s)++;
	}
	*ret = value;
	return true;
}

/* Digits past the millisecond are read and dropped: instants here are milliseconds. */
static bool take_fraction(const char **s, int *ret_ms)
{
	int scale = 100;
	int count = 0;

	if (**s != '.')
		return true;
	for ((*s)++; is_digit(**s); (*s)++, count++) {
		*ret_ms += (**s - '0') * scale;
		scale /= 10;
	}
	return count >= 1 && count <= 9;
}

static bool take_zone(const char **s, int *ret_offset)
{
	int hours, minutes;
	int sign = **s == '-' ? -1 : 1;

	if (**s == 'Z' || **s == 'z') {
		(*s)++;
		return true;
	}
	if (**s != '+' && **s != '-')
		return false;
	(*s)++;
	if (!take_number(s, 2, ':', &hours) || !take_number(s, 2, 0, &minutes))
		return false;
	*ret_offset = sign * (hours * 60 + minutes);
	return hours < 24 && minutes < 60;
}

enum status when_parse(const char *text, int64_t *ret_ms)
{
	struct civil c = {0};
	const char *s = text;
	int64_t ms;

	if (!text || !take_number(&s, 4, '-', &c.year) || !take_number(&s, 2, '-', &c.month) ||
	    !take_number(&s, 2, 0, &c.day) || (*s != 'T' && *s != 't'))
		return E_INVALID;
	s++;
	if (!take_number(&s, 2, ':', &c.hour) || !take_number(&s, 2, ':', &c.minute) ||
	    !take_number(&s, 2, 0, &c.second) || !take_fraction(&s, &c.ms) ||
	    !take_zone(&s, &c.offset_minutes) || *s)
		return E_INVALID;
	if (c.year < 1 || c.month < 1 || c.month > 12 || c.day < 1 ||
	    c.day > days_in_month(c.year, c.month) || c.hour > 23 || c.minute > 59 || c.second > 60)
		return E_INVALID;
	ms = civil_to_ms(&c);
	if (ms < 0 || ms > WHEN_MAX_MS)
		return E_INVALID;
	/* A leap second ends a UTC day; like POSIX, it is the first second of the next. */
	if (c.second == 60 && ms / MS_SECOND % 86400 != 0)
		return E_INVALID;
	*ret_ms = ms;
	return S_OK;
}

static bool in_range(int64_t ms)
{
	return ms >= 0 && ms <= WHEN_MAX_MS;
}

const char *when_iso(char buf[WHEN_TEXT_CAP], int64_t ms)
{
	struct civil c;

	if (!in_range(ms)) {
		(void)str_copy(buf, WHEN_TEXT_CAP, "-");
		return buf;
	}
	c = civil_from_ms(ms);
	(void)str_printf(buf, WHEN_TEXT_CAP, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month,
			 c.day, c.hour, c.minute, c.second);
	return buf;
}

const char *when_clock(char buf[WHEN_TEXT_CAP], int64_t ms)
{
	struct civil c;

	if (!in_range(ms)) {
		(void)str_copy(buf, WHEN_TEXT_CAP, "-");
		return buf;
	}
	c = civil_from_ms(ms);
	(void)str_printf(buf, WHEN_TEXT_CAP, "%02d:%02d:%02d", c.hour, c.minute, c.second);
	return buf;
}

const char *when_age(char buf[WHEN_TEXT_CAP], int64_t age_ms)
{
	long long age = age_ms > 0 ? age_ms : 0;
	long long weeks = age / MS_WEEK;

	if (age_ms == TIME_NONE)
		(void)str_copy(buf, WHEN_TEXT_CAP, "-");
	else if (age < MS_MINUTE)
		(void)str_printf(buf, WHEN_TEXT_CAP, "%llds", age / MS_SECOND);
	else if (age < MS_HOUR)
		(void)str_printf(buf, WHEN_TEXT_CAP, "%lldm", age / MS_MINUTE);
	else if (age < 10 * MS_HOUR)
		(void)str_printf(buf, WHEN_TEXT_CAP, "%lldh%02lldm", age / MS_HOUR,
				 age % MS_HOUR / MS_MINUTE);
	else if (age < MS_DAY)
		(void)str_printf(buf, WHEN_TEXT_CAP, "%lldh", age / MS_HOUR);
	else if (age < AGE_DAYS_MAX * MS_DAY)
		(void)str_printf(buf, WHEN_TEXT_CAP, "%lldd", age / MS_DAY);
	else
		(void)str_printf(buf, WHEN_TEXT_CAP, "%lldw",
				 weeks < AGE_WEEKS_MAX ? weeks : AGE_WEEKS_MAX);
	return buf;
}

const char *when_relative(char buf[WHEN_TEXT_CAP], int64_t ms, int64_t now_ms)
{
	char age[WHEN_TEXT_CAP];
	int64_t ahead;

	if (!in_range(ms) || !in_range(now_ms)) {
		(void)str_copy(buf, WHEN_TEXT_CAP, "-");
		return buf;
	}
	ahead = ms - now_ms;
	if (ahead > -MS_SECOND && ahead < MS_SECOND)
		(void)str_copy(buf, WHEN_TEXT_CAP, "now");
	else if (ahead > 0)
		(void)str_printf(buf, WHEN_TEXT_CAP, "in %s", when_age(age, ahead));
	else
		(void)str_printf(buf, WHEN_TEXT_CAP, "%s ago", when_age(age, -ahead));
	return buf;
}

enum status when_parse_duration(const char *text, int64_t *ret_ms)
{
	int64_t value = 0;
	int64_t unit = MS_SECOND;
	const char *s = text;

	if (!text || !is_digit(*s))
		return E_INVALID;
	for (; is_digit(*s); s++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *s - '0', &value))
			return E_LIMIT;
	if (*s == 'm')
		unit = MS_MINUTE;
	else if (*s == 'h')
		unit = MS_HOUR;
	else if (*s == 'd')
		unit = MS_DAY;
	else if (*s && *s != 's')
		return E_INVALID;
	if (*s && s[1])
		return E_INVALID;
	if (__builtin_mul_overflow(value, unit, &value))
		return E_LIMIT;
	*ret_ms = value;
	return S_OK;
}
