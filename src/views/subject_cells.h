/*
 * One subject in one line: its state, its amount, how old it is; and as the key of a
 * document's line, so that Enter opens it.
 */
#ifndef PEPAYTOP_VIEWS_SUBJECT_CELLS_H
#define PEPAYTOP_VIEWS_SUBJECT_CELLS_H

#include "base/money.h"
#include "model/attention.h"
#include "model/related.h"
#include "views/cells.h"
#include "views/doc.h"

struct subject_brief {
	bool known;
	struct safe_text state; /* "✓ paid"; "" it has none */
	enum role role;
	bool has_amount;
	struct money amount;
	int64_t when_ms; /* created, or TIME_NONE */
	bool open;       /* not in a state that ends it */
};
void subject_brief(struct subject_brief *ret, const struct store *st, const struct subject *s,
		   bool ascii);

/* The noun inside a line: "invoice", "KYC". */
const char *subject_label(enum subject_kind k);

#define SUBJECT_KEY_CAP (NAME_CAP + 64)
/* `apart` tells lines of one subject from one another; 0 for the only one. */
void subject_key(char ret[SUBJECT_KEY_CAP], const struct subject *s, unsigned apart);
/* The other way round. False: it is no such key. */
bool subject_of_key(const char *key, struct subject *ret);

/* A fact that Enter opens: "customer     cust_8F3K2M"; an empty id is left out. */
void fact_subject(struct doc *d, const char *label, enum subject_kind kind, const char *id);

/* Makes the last line one that opens a product; `index` among the items. */
void product_key(struct doc *d, const char *product_id, size_t index);

/* A line of a list of subjects: `label`, state, amount, age, id; begins it and keys it. Where there
 * is no room for the id, it stands in a line of its own below, or is left out. */
void subject_line(struct doc *d, const struct view_context *ctx, const struct store *st,
		  const struct subject *s, const char *label, int width, bool id_below);

/* Of what needs a person: the cross is for what failed, whoever else hurries has another. What the
 * state says itself in `state` ("x rejected") stays. */
const char *matter_glyph(enum attention_rule rule, const struct safe_text *state, bool ascii);

#endif
