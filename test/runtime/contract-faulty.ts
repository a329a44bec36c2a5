import { contractSuite } from "../../runtime/testing.ts";
import { kit } from "./contract-fixture.ts";

contractSuite(kit({ query: "limit=2" }));
