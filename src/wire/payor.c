#include "wire/payor.h"

#include <stdlib.h>

void payor_session_release(struct payor_session *s)
{
	free(s->tokens);
	*s = (struct payor_session){.tokens = NULL};
}
