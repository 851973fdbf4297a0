#include "model/query_regex.h"

#include "base/alloc.h"

#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define REGEX_HEAP_KIB 256
#define REGEX_DEPTH    4000
#define REGEX_NEST     32

struct regex {
	pcre2_code *code;
	pcre2_match_data *data; /* no captures: only whether */
	pcre2_match_context *cheap, *costly;
	uint32_t last; /* an ASCII byte every match has; 0: none known */
};

void regex_budget_fill(struct regex_budget *b)
{
	b->left = REGEX_BUDGET;
	b->spent = false;
}

/* A capital of its own, not the one of an escape such as \W or \p{Lu}. */
static bool has_capital(const char *pattern, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (pattern[i] == '\\') {
			i++;
			if (i + 1 < len && (pattern[i] == 'p' || pattern[i] == 'P'))
				while (i + 1 < len && pattern[i] != '}' && pattern[i + 1] != ' ')
					i++;
		} else if (pattern[i] >= 'A' && pattern[i] <= 'Z') {
			return true;
		}
	}
	return false;
}

/* Out of memory leaves through xmalloc's door, so that nothing here is ever NULL. */
static void *regex_alloc(size_t size, void *unused)
{
	(void)unused;
	return xmalloc(size);
}

static void regex_dealloc(void *p, void *unused)
{
	(void)unused;
	free(p);
}

static pcre2_match_context *match_context(pcre2_general_context *gc, uint32_t steps)
{
	pcre2_match_context *mc = pcre2_match_context_create(gc);

	pcre2_set_match_limit(mc, steps);
	pcre2_set_heap_limit(mc, REGEX_HEAP_KIB);
	pcre2_set_depth_limit(mc, REGEX_DEPTH);
	return mc;
}

static enum status regex_refuse(int error, size_t at, size_t len, size_t *ret_at,
				struct problem *reterr)
{
	PCRE2_UCHAR words[120];

	if (pcre2_get_error_message(error, words, sizeof(words)) < 0)
		words[0] = '\0';
	*ret_at = at < len ? at : len;
	return problem_set(reterr, E_INVALID, NULL, "%s", (const char *)words);
}

static void regex_learn(struct regex *re)
{
	uint32_t known = 0;

	if (pcre2_pattern_info(re->code, PCRE2_INFO_LASTCODETYPE, &known) != 0 || known != 1 ||
	    pcre2_pattern_info(re->code, PCRE2_INFO_LASTCODEUNIT, &re->last) != 0 ||
	    re->last >= 0x80)
		re->last = 0;
}

enum status regex_compile(const char *pattern, size_t len, struct regex **ret, size_t *ret_at,
			  struct problem *reterr)
{
	uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF |
			   PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE;
	pcre2_general_context *gc = pcre2_general_context_create(regex_alloc, regex_dealloc, NULL);
	pcre2_compile_context *cc = pcre2_compile_context_create(gc);
	struct regex *re;
	pcre2_code *code;
	PCRE2_SIZE at = 0;
	int error = 0;

	if (!has_capital(pattern, len))
		options |= PCRE2_CASELESS;
	pcre2_set_parens_nest_limit(cc, REGEX_NEST);
	code = pcre2_compile((PCRE2_SPTR)pattern, len, options, &error, &at, cc);
	pcre2_compile_context_free(cc);
	if (!code) {
		pcre2_general_context_free(gc);
		return regex_refuse(error, at, len, ret_at, reterr);
	}
	re = xcalloc(1, sizeof(*re));
	re->code = code;
	regex_learn(re);
	re->data = pcre2_match_data_create(1, gc);
	re->cheap = match_context(gc, REGEX_STEPS);
	re->costly = match_context(gc, REGEX_STEPS_COSTLY);
	pcre2_general_context_free(gc);
	*ret = re;
	return S_OK;
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	pcre2_match_context_free(re->cheap);
	pcre2_match_context_free(re->costly);
	pcre2_match_data_free(re->data);
	pcre2_code_free(re->code);
	free(re);
}

static bool ran_out(int rc)
{
	return rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT ||
	       rc == PCRE2_ERROR_HEAPLIMIT;
}

/* The other case too, should it not matter. */
static bool has_last(const struct regex *re, const char *text, size_t len)
{
	return re->last == 0 || memchr(text, (int)re->last, len) ||
	       memchr(text, (int)(re->last ^ 0x20), len);
}

bool regex_matches(const struct regex *re, const char *text, size_t len, struct regex_budget *b)
{
	int rc;

	if (b->spent || !has_last(re, text, len))
		return false;
	rc = pcre2_match(re->code, (PCRE2_SPTR)text, len, 0, 0, re->data, re->cheap);
	if (!ran_out(rc))
		return rc >= 0;
	if (b->left == 0) {
		b->spent = true;
		return false;
	}
	b->left--;
	return pcre2_match(re->code, (PCRE2_SPTR)text, len, 0, 0, re->data, re->costly) >= 0;
}

bool regex_may_match_among(const struct regex *re, const char *bytes)
{
	return has_last(re, bytes, strlen(bytes));
}
