/*
 * Texts kept once each, however many hold them. A name is a small number; 0 is the
 * empty text and costs nothing. A text nobody holds any more goes, and its number is
 * given again. Private to the model.
 */
#ifndef PEPAYTOP_MODEL_NAMES_H
#define PEPAYTOP_MODEL_NAMES_H

#include "base/status.h"

struct names;

struct names *names_new(void);
void names_free(struct names *ns);
/* The name of these bytes (they may hold NULs), held once more. */
uint32_t names_hold(struct names *ns, const void *bytes, size_t len);
uint32_t names_hold_text(struct names *ns, const char *text);
uint32_t names_find(const struct names *ns, const char *text); /* 0: nobody holds it */
void names_keep(struct names *ns, uint32_t name);              /* held once more */
void names_drop(struct names *ns, uint32_t name);              /* held once less */
/* NUL-terminated; valid until the name goes. */
const char *names_text(const struct names *ns, uint32_t name);
/* Something of the caller's that goes by the name; NULL at first. Not for 0. */
void *names_owner(const struct names *ns, uint32_t name);
void names_set_owner(struct names *ns, uint32_t name, void *owner);
size_t names_limit(const struct names *ns); /* every name is below it */
size_t names_count(const struct names *ns); /* distinct texts held, without the empty one */

#endif
