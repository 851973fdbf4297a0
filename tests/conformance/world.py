"""What the rows of routes.py call {by name}: found in the sandbox's past, or made."""
import time
import uuid


class World:
    def __init__(self, box):
        self.box = box
        self.found = {}

    def value(self, name):
        """A `fresh` or `new` thing is another one each time; the rest are found once."""
        maker = getattr(self, "make_" + name, None)
        if maker:
            return maker()
        if name not in self.found:
            self.found[name] = self.find(name)
        return self.found[name]

    def fill(self, value):
        """The value with every {name} in it replaced; a text that is one keeps its type."""
        if isinstance(value, dict):
            return {k: self.fill(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self.fill(v) for v in value)
        if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
            return self.value(value[1:-1])
        return value

    def find(self, name):
        for suffix, path, key in (("_invoice", "/api/v1/invoices", "id"),
                                  ("_payout", "/api/v1/ramps/payouts", "id"),
                                  ("_customer", "/api/v1/ramps/kyc", "customer_id")):
            if name.endswith(suffix) and not hasattr(self, "find_" + name):
                rows = self.box.get(path, status=name[:-len(suffix)], limit="100")["data"]
                return next(r[key] for r in rows
                            if suffix != "_invoice" or r["invoice_type"] == "standard")
        if name.endswith("_order") and not hasattr(self, "find_" + name):
            return self.orders(name[:-len("_order")])[0]["orderId"]
        return getattr(self, "find_" + name)()

    def orders(self, *status):
        query = {"status": status[0]} if status else {}
        return self.box.get("/api/commerce/merchant/orders", "commerce", limit="100",
                            **query)["data"]["orders"]

    # --- invoices and sessions ---

    def invoice(self, **body):
        return self.box.write("POST", "/api/v1/invoices", {"amount_usd": 12.34, **body})

    def make_fresh_invoice(self):
        return self.invoice()["invoice_id"]

    def refundable(self):
        """Paid invoices, the greatest last; orders' are refunded another way."""
        rows = [r for r in self.box.pages("/api/v1/invoices", status="paid")
                if r["invoice_type"] == "standard" and r["amount_paid"] > 1000]
        return [r["id"] for r in sorted(rows, key=lambda r: r["amount_paid"])]

    def find_refundable_invoice(self):
        return self.refundable()[-1]

    def find_small_paid_invoice(self):
        return self.refundable()[0]

    def find_refunded_invoice(self):
        invoice = self.refundable()[-2]
        for _ in range(3):
            self.found["refund"] = self.box.write(
                "POST", f"/api/v1/invoices/{invoice}/refund",
                {"amount": 5, "destination_wallet_network": "bsc",
                 "destination_wallet_address": "0x52908400098527886E0F7030069857D2E4169EE7"})["id"]
        return invoice

    def find_refund(self):
        self.value("refunded_invoice")
        return self.found["refund"]

    def find_customer(self):
        rows = self.box.pages("/api/v1/invoices")
        named = [r["customer_id"] for r in rows if r["customer_id"]]
        return max(sorted(set(named)), key=named.count)

    def find_session(self):
        made = self.invoice(questions={"questions": [
            {"id": "q1", "question": "Where to?", "type": "email",
             "validation": {"required": True}}]})
        self.found["session_invoice"] = made["invoice_id"]
        self.choose_base(made["payment_session_headers"])
        return made["payment_session_headers"]

    def choose_base(self, session):
        tokens = self.box.get("/api/v1/payments/available-tokens", session)
        self.found["base_token"] = next(t["id"] for t in tokens if t["network"] == "base")
        self.box.write("POST", "/api/v1/payments/payment-addresses",
                       {"network": "base", "tokenId": self.found["base_token"]}, session)

    def find_session_invoice(self):
        self.value("session")
        return self.found["session_invoice"]

    def find_fresh_session(self):
        made = self.invoice()
        self.found["fresh_session_invoice"] = made["invoice_id"]
        return made["payment_session_headers"]

    def find_fresh_session_invoice(self):
        self.value("fresh_session")
        return self.found["fresh_session_invoice"]

    def find_expired_session(self):
        made = self.invoice(expires_in=1000)
        path = "/api/v1/invoices/" + made["invoice_id"]
        until = time.monotonic() + 5
        while self.box.get(path)["status"] != "expired" and time.monotonic() < until:
            time.sleep(0.05)
        return made["payment_session_headers"]

    def find_canceled_session(self):
        made = self.invoice()
        self.box.write("POST", f"/api/v1/invoices/{made['invoice_id']}/cancel")
        return made["payment_session_headers"]

    def find_verified_session(self):
        made = self.invoice()
        self.found["verified_invoice"] = made["invoice_id"]
        self.choose_base(made["payment_session_headers"])
        self.box.write("POST", f"/api/v1/invoice/{made['invoice_id']}/verify", {},
                       made["payment_session_headers"])
        return made["payment_session_headers"]

    def find_verified_invoice(self):
        self.value("verified_session")
        return self.found["verified_invoice"]

    def find_base_token(self):
        self.value("session")
        return self.found["base_token"]

    # --- events ---

    def find_merchant_event(self):
        return self.box.get("/api/v1/events", type="ramp.*", limit="1")["data"]["data"][0]["id"]

    def find_commerce_event(self):
        return self.box.get("/api/v1/events", "commerce", type="commerce.order.*",
                            limit="1")["data"]["data"][0]["id"]

    # --- commerce ---

    def find_product_row(self):
        return self.box.get("/api/commerce/search", "commerce", q="coffee", retailer="amazon",
                            limit="1")["data"]["products"][0]

    def find_product(self):
        return self.value("product_row")["productId"]

    def find_product_price(self):
        return self.value("product_row")["price"]

    def make_new_customer(self):
        return "cust_" + uuid.uuid4().hex[:12]

    def find_shopper(self):
        return "cust_shopper"

    def find_cart_shopper(self):
        self.add_item("cust_cart_shopper")
        return "cust_cart_shopper"

    def add_item(self, customer):
        row = self.value("product_row")
        return self.box.write("POST", "/api/commerce/merchant/carts/items", {
            "customer_id": customer, "productId": row["productId"], "retailer": "amazon",
            "title": row["title"], "price": row["price"]}, "commerce")["data"]["itemId"]

    def make_cart_item(self):
        return self.add_item("cust_shopper")

    def make_estimate(self):
        row = self.value("product_row")
        return self.box.write("POST", "/api/commerce/merchant/checkout/estimate", {
            "customer_id": "cust_shopper", "items": [
                {"productId": row["productId"], "retailer": "amazon", "title": row["title"],
                 "quantity": 1, "price": row["price"]}]}, "commerce")["data"]["estimateId"]

    def make_address(self, estimate=None):
        from routes import SHIP
        return self.box.write("POST", "/api/commerce/merchant/checkout/address", {
            "customer_id": "cust_shopper", "estimateId": estimate or self.make_estimate(),
            "address": SHIP}, "commerce")["data"]["addressId"]

    def checkout(self):
        estimate = self.make_estimate()
        return self.box.write("POST", "/api/commerce/merchant/checkout/invoice", {
            "customer_id": "cust_shopper", "estimateId": estimate,
            "addressId": self.make_address(estimate), "refundDestinationWalletAddressBsc":
            "0x52908400098527886E0F7030069857D2E4169EE7"}, "commerce")["data"]

    def make_fresh_order(self):
        return self.checkout()["orderId"]

    def find_order(self):
        return self.orders()[-1]["orderId"]

    def find_order_invoice(self):
        return self.orders("delivered")[0]["invoiceId"]

    def make_cancelable_order(self):
        """Placed by the simulator, since only some of the past can be canceled."""
        order = self.make_fresh_order()
        for step in ("payment_confirmed", "payment_settled", "placed"):
            self.box.write("POST", f"/api/commerce/devnet/orders/{order}/simulate",
                           {"transitionTo": step}, "commerce")
        return order

    # --- ramps ---

    def find_corridor(self):
        rows = self.box.get("/api/v1/ramps/countries")["data"]
        return next(r for r in rows if r["onramp"] and r["offramp"] and
                    r["min_amount"] <= 50000 <= r["max_amount"])

    def find_country(self):
        return self.value("corridor")["country"]

    def find_rail(self):
        return self.value("corridor")["rails"][0]

    def quote(self, customer, **more):
        return self.box.write("POST", "/api/v1/ramps/quotes", {
            "customer_id": customer, "direction": "payout", "amount": 50000,
            "country": self.value("country"), "rail": self.value("rail"), **more})["id"]

    def make_strangers_quote(self):
        return self.quote("nobody")

    def make_payout_quote(self):
        return self.quote(self.value("approved_customer"))

    def payout(self, quote):
        from routes import BANK
        return self.box.write("POST", "/api/v1/ramps/payouts",
                              {"quote_id": quote, "bank_account": BANK})["id"]

    def find_used_quote(self):
        quote = self.make_payout_quote()
        self.payout(quote)
        return quote

    def make_fresh_payout(self):
        return self.payout(self.make_payout_quote())

    def make_newly_failed_payout(self):
        payout = self.make_fresh_payout()
        for step in ("processing", "failed"):
            self.box.write("POST", f"/api/v1/ramps/devnet/payouts/{payout}/simulate",
                           {"transitionTo": step})
        return payout

    def make_deposit(self):
        return self.box.write("POST", "/api/v1/ramps/deposits", {
            "customer_id": self.value("approved_customer"), "amount": 50000})["id"]

    def find_deposits(self):
        return [self.make_deposit() for _ in range(3)]

    def make_simulated_deposits(self):
        return self.make_deposit()

    def make_simulated_payouts(self):
        return self.make_fresh_payout()

    def make_simulated_kyc(self):
        customer = self.make_new_customer()
        self.box.write("POST", "/api/v1/ramps/kyc/" + customer,
                       {"country": "DE", "legal_name": "Ada Lovelace"})
        return customer

    # --- control ---

    def make_fault(self):
        return self.box.write("POST", "/_sandbox/faults", {
            "fault": "429", "path": "/nothing", "count": 1}, None)["id"]

    def make_webhook(self):
        return self.box.write("POST", "/_sandbox/webhooks", {"url": "http://127.0.0.1:9/hook"},
                              None)["id"]
