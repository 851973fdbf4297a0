/*
 * What the webhooks' files share: documents in two collections.
 */
#ifndef PEPAYTOP_SANDBOX_WEBHOOKS_PRIVATE_H
#define PEPAYTOP_SANDBOX_WEBHOOKS_PRIVATE_H

#include "sandbox/webhooks.h"

#define WEBHOOK_ENDPOINTS    "webhooks"
#define WEBHOOK_DELIVERIES   "webhook_deliveries" /* parent: the endpoint */
#define WEBHOOK_DELIVERY_CAP (2 * ID_CAP + 1)     /* "<endpoint>:<event>" */

must_check enum status webhook_load_doc(struct world *w, const char *collection, const char *id,
					struct json **ret, struct problem *reterr);
must_check enum status webhook_save(struct world *w, const char *id, const struct json *doc,
				    struct problem *reterr);
/* All endpoints' documents, in an array. */
must_check enum status webhook_load_all(struct world *w, struct json **ret_array,
					struct problem *reterr);
int64_t webhook_int(const struct json *doc, const char *key); /* 0 when absent */

#endif
