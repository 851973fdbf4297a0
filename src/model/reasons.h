/* Why something failed, where only a code of the protocol says so, in words for a sentence. Pure.
 */
#ifndef PEPAYTOP_MODEL_REASONS_H
#define PEPAYTOP_MODEL_REASONS_H

/* "the money never came"; a code this program does not know as it came. */
const char *deposit_reason(const char *code);

#endif
