#include "app/script_parts.h"

#include "app/options_values.h"
#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/when.h"

static enum status read_nothing(struct script_line *line, const char *arg)
{
	(void)line;
	return *arg == '\0' ? S_OK : E_INVALID;
}

static enum status read_text(struct script_line *line, const char *arg)
{
	if (*arg == '\0')
		return E_INVALID;
	line->text = xstrdup(arg);
	return S_OK;
}

static enum status read_duration(struct script_line *line, const char *arg)
{
	size_t len = strlen(arg);
	if (len > 2 && strcmp(arg + len - 2, "ms") == 0) {
		char *digits = xmemdup0(arg, len - 2);
		enum status st = value_int64(digits, &line->number_arg);
		free(digits);
		return st == S_OK && line->number_arg < 0 ? E_INVALID : st;
	}
	return when_parse_duration(arg, &line->number_arg);
}

static enum status read_shift(struct script_line *line, const char *arg)
{
	return arg[0] == '+' ? read_duration(line, arg + 1) : E_INVALID;
}

static enum status read_size(struct script_line *line, const char *arg)
{
	return value_size(arg, &line->width, &line->height);
}

static enum status read_key(struct script_line *line, const char *arg)
{
	const char *blank = strchr(arg, ' ');
	char *name = blank != NULL ? xmemdup0(arg, (size_t)(blank - arg)) : xstrdup(arg);
	enum status st = key_parse(name, &line->key);
	free(name);
	line->number_arg = 1;
	if (st == S_OK && blank != NULL)
		st = value_int64(blank + 1, &line->number_arg);
	if (st == S_OK && (line->number_arg < 1 || line->number_arg > SCRIPT_KEYS_MAX))
		st = E_LIMIT;
	return st;
}

/* The rest of the line, or what stands between quotes (\" and \\ inside). */
static enum status condition_value(const char *value, char **ret)
{
	if (*value == '\0')
		return E_INVALID;
	if (*value != '"') {
		*ret = xstrdup(value);
		return S_OK;
	}
	struct strbuf sb;
	strbuf_init(&sb, SCRIPT_SIZE_MAX);
	const char *p = value + 1;
	while (*p != '\0' && *p != '"') {
		if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
			p++;
		strbuf_addch(&sb, *p++);
	}
	if (p[0] != '"' || p[1] != '\0' || sb.len == 0) {
		strbuf_release(&sb);
		return E_INVALID;
	}
	*ret = strbuf_take(&sb);
	return S_OK;
}

static enum status condition_operator(const char **p, enum script_operator *ret)
{
	static const struct {
		const char *sign;
		enum script_operator op;
	} operators[] = {{"!=", OP_NE}, {"<=", OP_LE}, {">=", OP_GE},
			 {"=", OP_EQ},  {"<", OP_LT},  {">", OP_GT}};
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (!str_starts_with(*p, operators[i].sign))
			continue;
		*p += strlen(operators[i].sign);
		*ret = operators[i].op;
		return S_OK;
	}
	return E_INVALID;
}

static enum status read_condition(struct script_line *line, const char *arg)
{
	struct script_condition *c = &line->condition;
	const char *p = arg + strcspn(arg, "=!<> ");
	size_t name_len = (size_t)(p - arg);
	if (name_len == 0 || condition_operator(&p, &c->op) != S_OK)
		return E_INVALID;
	enum status st = condition_value(p, &c->text);
	if (st != S_OK)
		return st;
	if (name_len == 4 && memcmp(arg, "text", 4) == 0)
		return c->op == OP_EQ ? S_OK : E_INVALID;
	c->name = xmemdup0(arg, name_len);
	c->is_number = value_int64(c->text, &c->number) == S_OK;
	return S_OK;
}

static const struct {
	const char *name;
	enum status (*read)(struct script_line *line, const char *arg);
} STEPS[] = {
#define X(constant, name, argument) [constant] = {name, read_##argument},
	SCRIPT_STEPS(X)
#undef X
};
#define STEP_COUNT (sizeof(STEPS) / sizeof(STEPS[0]))

static const char *const STEP_NAMES[STEP_COUNT] = {
#define X(constant, name, argument) [constant] = name,
	SCRIPT_STEPS(X)
#undef X
};

static enum status line_refuse(const struct script_line *line, const char *verb, bool known,
			       struct problem *reterr)
{
	char next[64] = "";
	if (known)
		return problem_set(reterr, E_INVALID, NULL,
				   "line %u: '%.120s': bad argument for %s", line->number,
				   line->source, verb);
	const char *nearest = value_nearest(verb, STEP_NAMES, STEP_COUNT);
	if (nearest != NULL)
		str_printf(next, sizeof(next), "did you mean %s?", nearest);
	return problem_set(reterr, E_INVALID, next, "line %u: unknown step '%.60s'", line->number,
			   verb);
}

static enum status line_parse(struct script_line *line, struct problem *reterr)
{
	size_t verb_len = strcspn(line->source, " ");
	const char *arg = line->source + verb_len;
	char *verb = xmemdup0(line->source, verb_len);
	enum status st = E_INVALID;
	bool known = false;
	if (*arg == ' ')
		arg++;
	for (size_t i = 0; i < STEP_COUNT && !known; i++) {
		known = strcmp(verb, STEPS[i].name) == 0;
		if (!known)
			continue;
		line->step = (enum script_verb)i;
		st = STEPS[i].read(line, arg);
	}
	if (st != S_OK)
		st = line_refuse(line, verb, known, reterr);
	free(verb);
	return st;
}

/* NULL when nothing but blanks or a comment stands there. Blanks at the end belong to `type`. */
static char *line_source(const char *from, size_t len)
{
	while (len > 0 && (*from == ' ' || *from == '\t')) {
		from++;
		len--;
	}
	if (len > 0 && from[len - 1] == '\r')
		len--;
	return len == 0 || *from == '#' ? NULL : xmemdup0(from, len);
}

enum status script_lines_parse(const char *text, unsigned before, struct script_line **ret_lines,
			       size_t *ret_count, struct problem *reterr)
{
	struct script_line *lines = NULL;
	size_t count = 0, cap = 0;
	enum status st = S_OK;
	unsigned number = before;
	while (*text != '\0' && st == S_OK) {
		size_t len = strcspn(text, "\n");
		char *source = line_source(text, len);
		text += len + (text[len] == '\n');
		number++;
		if (source == NULL)
			continue;
		array_reserve((void **)&lines, &cap, count + 1, sizeof(*lines));
		lines[count] = (struct script_line){.number = number, .source = source};
		st = line_parse(&lines[count++], reterr);
		if (count > SCRIPT_LINES_MAX)
			st = problem_set(reterr, E_LIMIT, NULL, "a script of more than %d steps",
					 SCRIPT_LINES_MAX);
	}
	if (st != S_OK) {
		script_lines_free(lines, count);
		return st;
	}
	*ret_lines = lines;
	*ret_count = count;
	return S_OK;
}

void script_lines_free(struct script_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(lines[i].source);
		free(lines[i].text);
		free(lines[i].condition.name);
		free(lines[i].condition.text);
	}
	free(lines);
}

bool script_compare_word(const struct script_condition *c, const char *word)
{
	bool same = strcmp(c->text, word) == 0;
	return (c->op == OP_EQ && same) || (c->op == OP_NE && !same);
}

bool script_compare_number(const struct script_condition *c, int64_t number)
{
	switch (c->op) {
	case OP_EQ:
		return number == c->number;
	case OP_NE:
		return number != c->number;
	case OP_LT:
		return number < c->number;
	case OP_LE:
		return number <= c->number;
	case OP_GT:
		return number > c->number;
	case OP_GE:
		return number >= c->number;
	}
	return false;
}
