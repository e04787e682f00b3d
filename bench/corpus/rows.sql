-- So many rows that work on all of them takes far longer than a lock that is held for a moment.
insert into hotels (name, city, stars) select 'Hotel ' || n, 'Town ' || n % 50, 1 + n % 5 from generate_series(1, 1000) n;
insert into guests (email, name, born) select 'guest' || n || '@example.com', 'Guest ' || n, '1980-01-01'
  from generate_series(1, 50100) n;
insert into bookings (hotel_id, guest_id, state, nights, price, code, arrives, source, details, currency, adults,
    deposit, car)
  select 1 + n % 1000, 1 + n % 50000, 'confirmed', 1 + n % 9, 50 + n % 100, 'C' || n, '2025-01-01'::timestamp + n * interval '1 s',
    'web', '{"breakfast": true}', 'EUR', 2, 10, 'AB 1'
    from generate_series(1, 800000) n;
insert into payments select n, n, 80, now() from generate_series(1, 50000) n;
insert into visits select n, date '2024-01-01' + n % 700, '/' from generate_series(1, 50000) n;
insert into visits_2026 select n, '2026-05-01', '/' from generate_series(1, 50000) n;
insert into visits_2027 select n, '2027-05-01', '/' from generate_series(1, 800000) n;
insert into log (line) select 'line ' || n from generate_series(1, 400000) n;
insert into rooms select n, 1, 2 from generate_series(1, 1000) n;
insert into archive.bookings select n, 'old' from generate_series(1, 1000) n;
refresh materialized view income;
analyze;
