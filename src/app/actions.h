/*
 * What can be done with an object, why not when it cannot, and the question asked
 * before it is. A new action is one row in the table of actions.c.
 */
#ifndef PEPAYTOP_APP_ACTIONS_H
#define PEPAYTOP_APP_ACTIONS_H

#include "app/options.h"
#include "model/store.h"
#include "ui/dialog.h"
#include "views/view.h"

/* What is about to be done, frozen when the menu opened (product F4). */
struct intent {
	struct request request;  /* without its idempotency key */
	char status[STATUS_CAP]; /* the target's state then */
	int64_t amount;
	size_t seen; /* payments of its invoice that were seen then, not confirmed */
};

struct action_menu {
	struct menu menu;
	struct intent intents[MENU_ITEMS_MAX]; /* by item value */
	size_t count;
};

/* Lists the actions for what is selected; none at all leaves the menu empty. */
void actions_offer(struct action_menu *am, const struct store *st, const struct subject *what,
		   bool read_only);
/* The question: environment, object, customer, amount, state now and after, consequence. */
void actions_ask(struct dialog *d, const struct intent *in, const struct store *st,
		 enum environment env, const char *server, int64_t mono_ms);
/* Still the same object in the same state and amount? false: *ret_why says what changed. */
bool actions_still_true(const struct intent *in, const struct store *st, struct safe_text *ret_why);
/* "Done: cancel order 7c1e… (HTTP 200, 12 ms)" and the role it is said in. */
enum role actions_result(struct safe_text *t, const struct action *a, bool ascii);

#endif
