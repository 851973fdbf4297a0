/*
 * Personal data and secrets kept out of what leaves the program: notes and evidence.
 * Each person, address, number gets a stand-in that stays the same all through one
 * note or bundle ("customer-1", "email-2"); it is a count, so it gives nothing away.
 * Secrets are taken out.
 *
 * Two ways, used together: by the member a value stands in, for JSON; and by value,
 * for texts into which a learnt value found its way. E-mail addresses, session links
 * and things that look like keys are found by their looks, learnt or not; all of
 * it percent-encoded, too.
 *
 * What the protocol says stays: words, amounts and times in the members that hold
 * them, and ids of events. Somebody may be called like a word of the protocol: that
 * is masked in the members that hold free text, and where a note quotes such a text;
 * in any other text only behind "customer" ("customer paid" is masked, "it is paid"
 * is not); in the members that hold the protocol's words never.
 */
#ifndef PEPAYTOP_MODEL_MASKING_H
#define PEPAYTOP_MODEL_MASKING_H

#include "base/strbuf.h"
#include "model/evidence.h"

#define MASKING_MAX 20000 /* values learnt; later ones become "masked", see masking_is_full */

struct masking;

struct masking *masking_new(void);
/*
 * For who works with the same customers: what finds them again stays, a customer's id, unless it is
 * an e-mail address, a number to call or a name, and the last digits of an account. Before anything
 * is learnt.
 */
void masking_for_colleagues(struct masking *m);
void masking_free(struct masking *m);
/* Every personal value in it, by the table of members. */
void masking_learn_json(struct masking *m, const struct json *v);
void masking_learn_customer(struct masking *m, const char *id);
/*
 * All that is known of the people in a story: its customer, its records, the bodies of its events.
 * The one way to learn for whatever is to leave the program, so that one person is one stand-in in
 * all of it. What is learnt first has the lowest number.
 */
void masking_learn_story(struct masking *m, const struct story *story, const struct evidence *e,
			 const struct store *st);
/* The stand-in of a customer; the id itself when it was not learnt. */
const char *masking_customer(const struct masking *m, const char *id);

/* More was to be learnt than there is room for: texts may hold some of it in clear. */
bool masking_is_full(const struct masking *m);

/* Appends the text with everything personal or secret in it replaced. */
void masking_text(const struct masking *m, const char *text, struct strbuf *out);
/* A masked copy, the caller's. Learn first: what is learnt later is not masked by value. */
struct json *masking_json(const struct masking *m, const struct json *v);

#endif
