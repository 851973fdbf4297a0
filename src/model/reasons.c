#include "model/reasons.h"

#include "base/strbuf.h"

const char *deposit_reason(const char *code)
{
	static const struct {
		const char *code, *words;
	} REASONS[] = {
		{"funds_not_received", "the money never came"},
		{"transaction_dropped", "its transaction was dropped by the network"},
		{"sender_not_allowed", "deposits from the sender's wallet are not allowed"},
	};

	for (size_t i = 0; i < sizeof(REASONS) / sizeof(REASONS[0]); i++)
		if (str_equal(REASONS[i].code, code))
			return REASONS[i].words;
	return code;
}
