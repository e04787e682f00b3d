-- waits: LK005; DDL inside DO, which no grammar sees
do $$ begin execute 'create index bookings_made on bookings (made_at)'; end $$;
