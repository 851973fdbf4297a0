/* The parser's state, shared by the files of the grammar and by its values (scenario_values.c).
 */
#ifndef PEPAYTOP_SANDBOX_SCENARIO_PARSE_H
#define PEPAYTOP_SANDBOX_SCENARIO_PARSE_H

#include "sandbox/scenario.h"

#define TOKENS_MAX 48
#define TOKEN_CAP  256

struct token {
	char text[TOKEN_CAP];
	bool quoted;
};

struct parse {
	const char *origin;
	int line;
	bool indented;
	struct token tokens[TOKENS_MAX];
	size_t count, at;
	struct scenario *s;
	size_t block; /* what indented lines belong to; 0: nothing is open */
	bool named, past_said, seed_said;
	struct problem *reterr;
};

/* E_INVALID at this line. `allowed` may be NULL. */
enum status parse_error(struct parse *p, const char *allowed, const char *fmt, ...)
	printf_like(3, 4);
/* The next token, or NULL at the line's end. */
const struct token *parse_peek(const struct parse *p);
const struct token *parse_take(struct parse *p);

/* Takes it when it is that word. */
bool parse_takes(struct parse *p, const char *word);
must_check enum status parse_end(struct parse *p); /* E_INVALID when something is left */
/* scenario_tokens.c: words, texts in quotes; a # begins a comment. */
must_check enum status parse_tokens(struct parse *p, const char *line, size_t len);
/* scenario_actors.c: a verb, whom it is about, and its words, for a line of a block. */
must_check enum status parse_verb(struct parse *p, size_t block, struct cue *c);
bool parse_is_name(const char *s);
#define NAME_RULE "a small letter, then small letters, digits, - and _; 31 at most"
/* scenario_cues.c: a whole line that happens. */
must_check enum status parse_cue(struct parse *p);
size_t parse_add_block(struct parse *p);
void cue_release(struct cue *c);

/* "500ms", "2s", "1m30s", "1d"; E_INVALID without a word. */
must_check enum status value_duration(const char *text, int64_t *ret_ms);
/* The same, or two with ".." between. */
must_check enum status value_duration_span(const char *text, struct span *ret);
must_check enum status value_whole(const char *text, int64_t least, int64_t most, int64_t *ret);
/* Reads what follows a word into the cue. */
must_check enum status value_read(struct parse *p, enum cue_word word, struct cue *c);
const char *word_name(enum cue_word word);

#endif
