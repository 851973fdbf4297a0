#include "app/script.h"

#include "app/script_parts.h"
#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>
#include <unistd.h>

#define DEFAULT_TIMEOUT_MS 20000
#define POLL_MS            100 /* for what changes without waking the application */
#define FOLLOW_POLL_MS     20

struct script {
	struct script_line *lines;
	size_t count;
	size_t at;
	struct script_stream in; /* where more lines come from, after `follow` */
	int64_t timeout_ms;
	bool timing; /* the current step waits until deadline_ms */
	int64_t deadline_ms;
	size_t done; /* parts of the current step: keys pressed, bytes typed */
};

enum status script_parse(const char *text, struct script **ret, struct problem *reterr)
{
	struct script_line *lines = NULL;
	size_t count = 0;
	enum status st = script_lines_parse(text, 0, &lines, &count, reterr);
	if (st != S_OK)
		return st;
	struct script *s = xcalloc(1, sizeof(*s));
	s->lines = lines;
	s->count = count;
	s->timeout_ms = DEFAULT_TIMEOUT_MS;
	strbuf_init(&s->in.text, SCRIPT_SIZE_MAX);
	*ret = s;
	return S_OK;
}

enum status script_load(const char *path, struct script **ret, struct problem *reterr)
{
	struct strbuf text;
	char chunk[4096];
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *f = is_stdin ? stdin : fopen(path, "re");
	if (f == NULL)
		return problem_set(reterr, errno == ENOENT ? E_NOT_FOUND : E_IO, NULL,
				   "script %s: %s", path, strerror(errno));
	strbuf_init(&text, SCRIPT_SIZE_MAX);
	for (size_t n = fread(chunk, 1, sizeof(chunk), f); n > 0;
	     n = fread(chunk, 1, sizeof(chunk), f))
		strbuf_add(&text, chunk, n);
	bool unreadable = ferror(f) != 0;
	if (!is_stdin)
		fclose(f);
	enum status st;
	if (unreadable)
		st = problem_set(reterr, E_IO, NULL, "script %s cannot be read", path);
	else if (text.overflow)
		st = problem_set(reterr, E_LIMIT, NULL, "script %s holds more than %d bytes", path,
				 SCRIPT_SIZE_MAX);
	else if (strlen(strbuf_str(&text)) != text.len)
		st = problem_set(reterr, E_INVALID, NULL, "script %s holds a NUL byte", path);
	else
		st = script_parse(strbuf_str(&text), ret, reterr);
	strbuf_release(&text);
	return st;
}

void script_free(struct script *s)
{
	if (s == NULL)
		return;
	script_lines_free(s->lines, s->count);
	strbuf_release(&s->in.text);
	free(s);
}

static enum script_result step_fail(const struct script_line *line, const char *why,
				    struct problem *reterr)
{
	(void)problem_set(reterr, E_INVALID, NULL, "line %u: %.80s: %.150s", line->number,
			  line->source, why);
	return SCRIPT_FAILED;
}

static enum script_result step_next(struct script *s)
{
	s->at++;
	s->timing = false;
	s->done = 0;
	return SCRIPT_AGAIN;
}

/* Says in `why` what stands in the way; fatal when waiting cannot help. */
static bool condition_holds(const struct script_line *line, const struct script_host *host,
			    bool *ret_fatal, char *why, size_t cap)
{
	const struct script_condition *c = &line->condition;
	int64_t number = 0;
	const char *word = NULL;
	*ret_fatal = false;
	if (c->name == NULL) {
		char *screen = host->text(host->ctx, TEXT_SCREEN);
		bool shown = strstr(screen, c->text) != NULL;
		free(screen);
		snprintf(why, cap, "%s",
			 shown ? "the screen shows it" : "the screen does not show it");
		return shown;
	}
	if (!host->value(host->ctx, c->name, &number, &word)) {
		*ret_fatal = true;
		snprintf(why, cap, "there is no value called %s", c->name);
		return false;
	}
	if (word != NULL) {
		snprintf(why, cap, "%s is %s", c->name, word);
		*ret_fatal = c->op != OP_EQ && c->op != OP_NE;
		return script_compare_word(c, word);
	}
	snprintf(why, cap, "%s is %lld", c->name, (long long)number);
	*ret_fatal = !c->is_number;
	return c->is_number && script_compare_number(c, number);
}

static enum script_result step_wait(struct script *s, const struct script_line *line,
				    const struct script_host *host, int64_t now, int64_t *ret_wait,
				    struct problem *reterr)
{
	char why[160], late[200];
	bool fatal = false;
	if (condition_holds(line, host, &fatal, why, sizeof(why)))
		return step_next(s);
	if (fatal)
		return step_fail(line, why, reterr);
	if (!s->timing) {
		s->timing = true;
		s->deadline_ms = now + s->timeout_ms;
	}
	if (now >= s->deadline_ms) {
		snprintf(late, sizeof(late), "not within %lld ms: %s", (long long)s->timeout_ms,
			 why);
		return step_fail(line, late, reterr);
	}
	int64_t left = s->deadline_ms - now;
	*ret_wait = left < POLL_MS ? left : POLL_MS;
	return SCRIPT_WAIT;
}

static enum script_result step_check(struct script *s, const struct script_line *line,
				     const struct script_host *host, bool wanted,
				     struct problem *reterr)
{
	char why[160];
	bool fatal = false;
	bool holds = condition_holds(line, host, &fatal, why, sizeof(why));
	if (fatal || holds != wanted)
		return step_fail(line, why, reterr);
	return step_next(s);
}

/* One key a turn, as from a person: the application has its turn in between. */
static enum script_result step_key(struct script *s, const struct script_line *line,
				   const struct script_host *host)
{
	if (s->done < (size_t)line->number_arg) {
		host->key(host->ctx, line->key);
		s->done++;
	}
	return s->done < (size_t)line->number_arg ? SCRIPT_AGAIN : step_next(s);
}

static enum script_result step_type(struct script *s, const struct script_line *line,
				    const struct script_host *host)
{
	size_t len = 1;
	const char *rest = line->text + s->done;
	if (*rest == '\0')
		return step_next(s);
	struct key k = {.code = utf8_decode(rest, strlen(rest), &len)};
	s->done += len;
	host->key(host->ctx, k);
	return SCRIPT_AGAIN;
}

static enum script_result step_write(struct script *s, const struct script_line *line,
				     const struct script_host *host, enum script_text what,
				     struct problem *reterr)
{
	bool to_stdout = strcmp(line->text, "-") == 0;
	FILE *f = to_stdout ? stdout : fopen(line->text, "we");
	if (f == NULL)
		return step_fail(line, strerror(errno), reterr);
	char *text = host->text(host->ctx, what);
	bool written = fputs(text, f) >= 0 && fflush(f) == 0;
	free(text);
	if (!to_stdout && fclose(f) != 0)
		written = false;
	return written ? step_next(s) : step_fail(line, "cannot be written", reterr);
}

static enum script_result step_clock(struct script *s, const struct script_line *line,
				     const struct script_host *host, struct problem *reterr)
{
	enum status st = host->advance(host->ctx, line->number_arg);
	if (st == E_UNSUPPORTED)
		return step_fail(line, "only a clock stopped with --clock can be moved", reterr);
	return st == S_OK ? step_next(s) : step_fail(line, status_words(st), reterr);
}

static enum script_result step_sleep(struct script *s, const struct script_line *line, int64_t now,
				     int64_t *ret_wait)
{
	if (!s->timing) {
		s->timing = true;
		s->deadline_ms = now + line->number_arg;
	}
	if (now >= s->deadline_ms)
		return step_next(s);
	*ret_wait = s->deadline_ms - now;
	return SCRIPT_WAIT;
}

static enum script_result step_print(struct script *s, const struct script_line *line,
				     const struct script_host *host, struct problem *reterr)
{
	const char *name = line->text;
	while (*name != '\0') {
		size_t len = strcspn(name, " ");
		char *one = xmemdup0(name, len);
		const char *word = NULL;
		int64_t number = 0;
		bool known = host->value(host->ctx, one, &number, &word);
		if (known && word != NULL)
			printf("%s %s\n", one, word);
		else if (known)
			printf("%s %lld\n", one, (long long)number);
		free(one);
		if (!known)
			return step_fail(line, "there is no value of that name", reterr);
		name += len + strspn(name + len, " ");
	}
	return fflush(stdout) == 0 ? step_next(s) : step_fail(line, "cannot be printed", reterr);
}

/* After the last line: more of them, when they come from standard input. */
static enum script_result script_more(struct script *s, int64_t *ret_wait, struct problem *reterr)
{
	struct script_line *lines = NULL;
	size_t count = 0;
	if (!s->in.on || s->in.ended)
		return SCRIPT_QUIT;
	if (script_stream_read(&s->in, &lines, &count, reterr) != S_OK)
		return SCRIPT_FAILED;
	if (count == 0) {
		*ret_wait = FOLLOW_POLL_MS;
		return s->in.ended ? SCRIPT_QUIT : SCRIPT_WAIT;
	}
	script_lines_free(s->lines, s->count);
	s->lines = lines;
	s->count = count;
	s->at = 0;
	return SCRIPT_AGAIN;
}

enum script_result script_step(struct script *s, const struct script_host *host,
			       int64_t real_mono_ms, int64_t *ret_wait_ms, struct problem *reterr)
{
	if (s->at >= s->count)
		return script_more(s, ret_wait_ms, reterr);
	const struct script_line *line = &s->lines[s->at];
	switch (line->step) {
	case STEP_WAIT:
		return step_wait(s, line, host, real_mono_ms, ret_wait_ms, reterr);
	case STEP_EXPECT:
	case STEP_REJECT:
		return step_check(s, line, host, line->step == STEP_EXPECT, reterr);
	case STEP_TIMEOUT:
		s->timeout_ms = line->number_arg;
		return step_next(s);
	case STEP_KEY:
		return step_key(s, line, host);
	case STEP_TYPE:
		return step_type(s, line, host);
	case STEP_SNAPSHOT:
		return step_write(s, line, host, TEXT_SCREEN, reterr);
	case STEP_STYLED:
		return step_write(s, line, host, TEXT_STYLED, reterr);
	case STEP_OBJECTS:
		return step_write(s, line, host, TEXT_OBJECTS, reterr);
	case STEP_INCIDENTS:
		return step_write(s, line, host, TEXT_INCIDENTS, reterr);
	case STEP_RESIZE:
		host->resize(host->ctx, line->width, line->height);
		return step_next(s);
	case STEP_CLOCK:
		return step_clock(s, line, host, reterr);
	case STEP_SLEEP:
		return step_sleep(s, line, real_mono_ms, ret_wait_ms);
	case STEP_PRINT:
		return step_print(s, line, host, reterr);
	case STEP_FOLLOW:
		s->in.on = true;
		return step_next(s);
	case STEP_QUIT:
		return SCRIPT_QUIT;
	}
	return step_fail(line, "unknown step", reterr);
}
