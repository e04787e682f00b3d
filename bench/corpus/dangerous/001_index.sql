-- waits: IX001; squawk require-concurrent-index-creation
create index bookings_source on bookings (source);
