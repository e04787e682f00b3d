CREATE TABLE "Order Notes" ("Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), order_id bigint NOT NULL REFERENCES orders (id), "größe" text);
COMMENT ON TABLE "Order Notes" IS 'names with blanks; capitals and umlauts';
