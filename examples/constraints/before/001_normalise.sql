-- Step 1: what the tables of the declarative tool build on.
CREATE FUNCTION normalise(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(trim($1)) $$;
