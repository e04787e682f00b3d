-- waits: DM001; MERGE changes as many rows as UPDATE
merge into bookings b using hotels h on h.id = b.hotel_id when matched then update set source = h.city;
