/* The object of a matter, as what it is; NULL when it is something else. Private to the model. */
#ifndef PEPAYTOP_MODEL_QUERY_OBJECTS_H
#define PEPAYTOP_MODEL_QUERY_OBJECTS_H

#include "model/query_priv.h"

#define AS(name, constant, type, member)                                           \
	static inline const struct type *name(const struct matter *m)              \
	{                                                                          \
		return m->object->kind == constant ? &m->object->as.member : NULL; \
	}
AS(as_invoice, OBJECT_INVOICE, invoice, invoice)
AS(as_payment, OBJECT_PAYMENT, invoice_payment, payment)
AS(as_order, OBJECT_ORDER, order, order)
AS(as_payout, OBJECT_PAYOUT, payout, payout)
AS(as_kyc, OBJECT_KYC, kyc, kyc)
AS(as_deposit, OBJECT_DEPOSIT, deposit, deposit)
AS(as_refund, OBJECT_REFUND, refund, refund)
#undef AS

#endif
