import { createClient as createShop } from "@connectors/shopify/2026-04";
import { createClient } from "@connectors/stripe/2022-08-01";

export const stripe = createClient({ auth: { secretKey: "sk_test" } });
export const shop = createShop({ auth: { adminToken: "shpat" }, serverVariables: { shop: "acme" } });

export type { Charge, PaymentIntent } from "@connectors/stripe/2022-08-01";
