-- Refers to a function that comes later.
CREATE FUNCTION price(cents int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN currency() || cents / 100.0; END $$;
