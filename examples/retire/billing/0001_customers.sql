-- Whoever starts first makes the table; the other one finds something else than it wrote.
CREATE TABLE IF NOT EXISTS customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  state text NOT NULL DEFAULT 'new'
);
