/* What this server can beyond Pepay's documentation: contract 15.1, local extension. */
#include "sandbox/call.h"

void capabilities_handle(struct world *w, const struct call *c, struct reply *r)
{
	static const char *const extensions[] = {"ramps", "invoice_cancel", "invoice_refund",
						 "invoice_session"};
	struct json *root = json_new_object(), *list = json_new_array();

	(void)w;
	(void)c;
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		json_append_take(list, json_new_string(extensions[i]));
	json_set_string(root, "object", "capabilities");
	json_set_string(root, "server", "pepay-sandbox");
	json_set_string(root, "version", PEPAYTOP_VERSION);
	json_set_take(root, "extensions", list);
	reply_json_take(r, 200, root);
}
